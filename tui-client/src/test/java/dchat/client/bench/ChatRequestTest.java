package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChatRequestTest {
  private static final Target NODE = Target.of(URI.create("http://127.0.0.1:9000"));
  private static final Target OTHER = Target.of(URI.create("http://localhost:19001"));

  private final LineIds ids = new LineIds(UUID.randomUUID(), System::currentTimeMillis);
  private final Dice dice = new Dice(7);

  static LoadPlan plan(int textBytes, int rooms, int lines) {
    return new LoadPlan(
        1,
        OptionalDouble.empty(),
        Duration.ZERO,
        Duration.ofSeconds(1),
        textBytes,
        rooms,
        lines,
        0,
        0,
        0,
        0);
  }

  private static String text(ChatRequest request) {
    return StandardCharsets.US_ASCII.decode(request.bytes()).toString();
  }

  /** The body, after a look at whether its length is the announced one. */
  private static JsonNode body(ChatRequest request) throws IOException {
    String[] parts = text(request).split("\r\n\r\n", 2);
    assertThat(parts[0]).endsWith("Content-Length: " + parts[1].length());
    return new ObjectMapper().readTree(parts[1]);
  }

  @Test
  void a_request_is_one_command_with_a_text_of_the_asked_length() throws IOException {
    ChatRequest request = new ChatRequest(plan(200, 1, 1), 3, NODE);
    request.renew(ids, dice);
    JsonNode command = body(request);
    assertThat(text(request)).startsWith("POST /chat HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n");
    assertThat(command.path("type").asText()).isEqualTo("chat");
    assertThat(command.path("user").asText()).isEqualTo("bench3");
    assertThat(command.path("room").asText()).isEqualTo("bench-001");
    assertThat(command.path("text").asText()).hasSize(200).isNotBlank();
    assertThat(UUID.fromString(command.path("id").asText()).version()).isEqualTo(7);
  }

  @Test
  void a_text_of_one_byte_is_not_blank() {
    assertThat(ChatRequest.text(1, 0)).isNotBlank().hasSize(1);
  }

  @Test
  void an_array_has_a_new_id_for_every_line_and_all_rooms_get_some() throws IOException {
    ChatRequest request = new ChatRequest(plan(20, 12, 100), 1, NODE);
    Set<String> seen = new HashSet<>();
    Set<String> rooms = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      request.renew(ids, dice);
      JsonNode commands = body(request);
      assertThat(commands).hasSize(100);
      commands.forEach(c -> seen.add(c.path("id").asText()));
      commands.forEach(c -> rooms.add(c.path("room").asText()));
    }
    assertThat(seen).hasSize(1000);
    assertThat(rooms).hasSize(12).contains("bench-001", "bench-012");
  }

  @Test
  void sent_to_another_node_it_stays_the_same_command() throws IOException {
    ChatRequest request = new ChatRequest(plan(20, 1, 1), 1, NODE);
    request.renew(ids, dice);
    JsonNode before = body(request);
    request.aim(OTHER);
    assertThat(text(request)).contains("Host: localhost:19001\r\n");
    assertThat(body(request)).isEqualTo(before);
    request.renew(ids, dice);
    assertThat(body(request)).isNotEqualTo(before);
  }

  @Test
  void ids_begin_with_the_time_and_those_of_two_runs_differ() {
    List<String> first = take(new LineIds(UUID.randomUUID(), System::currentTimeMillis), 1000);
    List<String> second = take(new LineIds(UUID.randomUUID(), System::currentTimeMillis), 1000);
    assertThat(first).doesNotHaveDuplicates().doesNotContainAnyElementsOf(second);
    UUID id =
        UUID.fromString(
            take(new LineIds(UUID.randomUUID(), () -> 1_700_000_000_123L), 1).getFirst());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(1_700_000_000_123L);
  }

  private static List<String> take(LineIds ids, int count) {
    List<String> taken = new ArrayList<>();
    byte[] bytes = new byte[LineIds.LENGTH];
    for (int i = 0; i < count; i++) {
      ids.writeNext(bytes, 0);
      taken.add(new String(bytes, StandardCharsets.US_ASCII));
    }
    return taken;
  }
}
