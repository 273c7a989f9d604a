package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is picked out of bodies, wherever the network cuts them. */
class ScannersTest {
  private static void feed(ResponseReader.Body body, String text, int pieceBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += pieceBytes) {
      body.take(bytes, at, Math.min(bytes.length, at + pieceBytes));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1000})
  void indexes_are_found_in_the_answer_to_one_command(int pieceBytes) {
    IndexScanner scanner = new IndexScanner(1);
    feed(scanner, "{\"status\":\"ok\",\"index\":1234567,\"id\":\"index\"}", pieceBytes);
    assertThat(scanner.count()).isEqualTo(1);
    assertThat(scanner.index(0)).isEqualTo(1234567);
    scanner.reset();
    feed(scanner, "{\"id\":\"x\",\"index\": 8}", pieceBytes);
    assertThat(scanner.count()).isEqualTo(1);
    assertThat(scanner.index(0)).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1000})
  void a_line_of_an_array_that_was_refused_has_no_index(int pieceBytes) {
    IndexScanner scanner = new IndexScanner(3);
    feed(
        scanner,
        "{\"results\":[{\"status\":\"ok\",\"index\":7},{\"status\":\"rejected\",\"index\":null},"
            + "{\"status\":\"ok\",\"index\":9}]}",
        pieceBytes);
    assertThat(scanner.count()).isEqualTo(2);
    assertThat(scanner.index(0)).isEqualTo(7);
    assertThat(scanner.index(1)).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1000})
  void of_an_event_stream_only_index_and_kind_are_read(int pieceBytes) {
    List<String> events = new ArrayList<>();
    EventScanner scanner = new EventScanner((index, chat) -> events.add(index + " " + chat));
    feed(
        scanner,
        """
        event: cluster
        data: {"leader":"node1"}

        id: 41
        event: room_add
        data: {"index":41}

        id: 42
        event: chat
        data: {"index":42,"text":"id: 99 and a text that is far longer than what is looked at"}

        : a comment

        event: chat
        id: 43
        data: {}

        id: 44
        event: chat
        data: cut off\
        """,
        pieceBytes);
    assertThat(events).containsExactly("41 false", "42 true", "43 true");
  }
}
