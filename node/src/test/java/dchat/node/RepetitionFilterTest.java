package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.Duration;
import org.junit.jupiter.api.Test;

class RepetitionFilterTest {
  private final RepetitionFilter filter = new RepetitionFilter();

  @Test
  void a_library_repeats_itself_only_after_the_silence() {
    filter.setSilence(Duration.buildBySeconds(60));
    assertThat(at(0, "org.apache.pekko.X", "dropped")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(at(59_999, "org.apache.pekko.X", "dropped")).isEqualTo(FilterReply.DENY);
    assertThat(at(59_999, "org.apache.pekko.X", "something else")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(at(60_000, "org.apache.pekko.X", "dropped")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(at(60_001, "org.apache.pekko.X", "dropped")).isEqualTo(FilterReply.DENY);
  }

  @Test
  void a_line_of_ours_passes_each_time() {
    assertThat(at(0, "dchat.raft.RaftActor", "became LEADER")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(at(1, "dchat.raft.RaftActor", "became LEADER")).isEqualTo(FilterReply.NEUTRAL);
  }

  private FilterReply at(long millis, String logger, String message) {
    LoggingEvent event =
        new LoggingEvent(
            "", new LoggerContext().getLogger(logger), Level.WARN, message, null, null);
    event.setTimeStamp(millis);
    return filter.decide(event);
  }
}
