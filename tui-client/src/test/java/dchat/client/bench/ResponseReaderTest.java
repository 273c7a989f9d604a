package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1A;x=y\r\n"
          + "abcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n";

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final ResponseReader reader =
      new ResponseReader((buffer, from, to) -> body.write(buffer, from, to - from));

  /** Feeds {@code text} in pieces; tells how much of it was read. */
  private int feed(String text, int pieceBytes) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int at = 0;
    while (at < bytes.length && !reader.isComplete()) {
      int to = Math.min(bytes.length, at + pieceBytes);
      int read = reader.read(bytes, at, to);
      assertThat(read == to || reader.isComplete()).isTrue();
      at = read;
    }
    return at;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void a_body_of_known_length_is_read_however_it_is_cut_and_no_further(int pieceBytes)
      throws IOException {
    String sized = "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH:  12\r\n\r\nhello\r\nthere";
    int read = feed(sized + "HTTP/1.1", pieceBytes);
    assertThat(read).isEqualTo(sized.length());
    assertThat(reader.isComplete()).isTrue();
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.closes()).isFalse();
    assertThat(body).hasToString("hello\r\nthere");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void a_body_in_chunks_is_put_together_without_their_frames(int pieceBytes) throws IOException {
    int read = feed(CHUNKED + "x", pieceBytes);
    assertThat(read).isEqualTo(CHUNKED.length());
    assertThat(reader.isComplete()).isTrue();
    assertThat(body).hasToString("helloabcdefghijklmnopqrstuvwxyz");
  }

  @Test
  void one_response_after_the_other_is_read_after_a_reset() throws IOException {
    feed(CHUNKED, 1000);
    body.reset();
    reader.reset();
    feed(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy",
        5);
    assertThat(reader.isComplete()).isTrue();
    assertThat(reader.status()).isEqualTo(503);
    assertThat(reader.closes()).isTrue();
    assertThat(body.size()).as("bodies of failures are passed over").isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/chat\r\nContent-Length: 0\r\n\r\n"
      })
  void without_a_body_a_response_ends_with_its_headers(String response) throws IOException {
    assertThat(feed(response, 1000)).isEqualTo(response.length());
    assertThat(reader.isComplete()).isTrue();
  }

  @Test
  void a_header_longer_than_is_looked_at_does_no_harm() throws IOException {
    feed("HTTP/1.1 200 OK\r\nX: " + "y".repeat(1000) + "\r\nContent-Length: 2\r\n\r\nok", 13);
    assertThat(body).hasToString("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 2x0 OK\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void what_can_not_be_gone_on_from_is_an_error(String response) {
    assertThatThrownBy(() -> feed(response, 1000)).isInstanceOf(IOException.class);
  }
}
