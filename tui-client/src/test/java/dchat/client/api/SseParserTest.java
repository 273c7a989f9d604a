package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {
  private static List<SseParser.Frame> parse(String text, int pieceBytes) throws IOException {
    List<SseParser.Frame> frames = new ArrayList<>();
    SseParser parser = new SseParser(frames::add);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += pieceBytes) {
      parser.feed(ByteBuffer.wrap(bytes, at, Math.min(pieceBytes, bytes.length - at)));
    }
    return frames;
  }

  @Test
  void pieces_of_any_size_give_the_same_frames() throws IOException {
    String text =
        ":hello\n\nevent: chat\nid: 7\ndata: {\"text\":\"gr\u00fc\u00df dich \ud83d\ude00\"}\n\n";
    for (int size = 1; size < 20; size++) {
      assertThat(parse(text, size))
          .containsExactly(
              new SseParser.Frame("chat", "7", "{\"text\":\"gr\u00fc\u00df dich \ud83d\ude00\"}"));
    }
  }

  @Test
  void data_of_several_lines_is_joined_and_crlf_is_a_line_end() throws IOException {
    assertThat(parse("event:x\r\ndata:a\r\ndata: b\r\n\r\n", 100))
        .containsExactly(new SseParser.Frame("x", "", "a\nb"));
  }

  @Test
  void half_a_frame_is_no_frame() throws IOException {
    assertThat(parse("event: chat\ndata: {}\n", 100)).isEmpty();
  }
}
