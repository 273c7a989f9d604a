package dchat.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TourHistoryTest {
  private static final Map<String, Long> ACKNOWLEDGED = Map.of("a", 3L, "b", 4L);

  private final TourHistory history = new TourHistory();

  private static ChatEvent line(long index, String id) {
    return new ChatEvent(
        index, ChatEvent.Type.CHAT, "ann", "hi " + id, "general", id, Instant.EPOCH);
  }

  @Test
  void what_was_acknowledged_and_is_where_it_was_acknowledged_has_no_fault() {
    history.add(line(3, "a"));
    history.add(line(4, "b"));
    history.add(line(7, "somebody else's"));
    assertThat(history.faults(ACKNOWLEDGED)).isEmpty();
  }

  @Test
  void a_lost_line_is_a_fault() {
    history.add(line(3, "a"));
    assertThat(history.faults(ACKNOWLEDGED)).singleElement().asString().contains("b", "is lost");
  }

  @Test
  void a_doubled_line_is_a_fault() {
    history.add(line(3, "a"));
    history.add(line(4, "b"));
    history.add(line(5, "x"));
    history.add(line(6, "x"));
    assertThat(history.faults(ACKNOWLEDGED)).singleElement().asString().contains("x", "twice");
  }

  @Test
  void a_line_elsewhere_than_acknowledged_is_a_fault() {
    history.add(line(3, "a"));
    history.add(line(5, "b"));
    assertThat(history.faults(ACKNOWLEDGED)).singleElement().asString().contains("at index 5");
  }

  @Test
  void disorder_is_a_fault() {
    history.add(line(4, "b"));
    history.add(line(3, "a"));
    assertThat(history.faults(ACKNOWLEDGED)).singleElement().asString().contains("3 comes after 4");
  }

  @Test
  void only_equal_histories_have_equal_fingerprints() {
    TourHistory same = new TourHistory();
    TourHistory other = new TourHistory();
    history.add(line(3, "a"));
    same.add(line(3, "a"));
    other.add(line(3, "b"));
    String fingerprint = history.fingerprint();
    assertThat(same.fingerprint()).isEqualTo(fingerprint);
    assertThat(other.fingerprint()).isNotEqualTo(fingerprint);
  }
}
