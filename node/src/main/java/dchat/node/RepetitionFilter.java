package dchat.node;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a library say the same thing only once in a while: one wrong address in a configuration
 * makes Pekko warn with each message that arrives there. DChat's own lines always pass. Configured
 * in {@code logback.xml}.
 */
public final class RepetitionFilter extends Filter<ILoggingEvent> {
  private static final int REMEMBERED = 100;

  private final Map<String, Long> lastSaidMillis =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  private Duration silence = Duration.buildBySeconds(60);

  /** How long the same line isn't repeated, as Logback writes durations: {@code 60 seconds}. */
  public void setSilence(Duration silence) {
    this.silence = silence;
  }

  @Override
  public synchronized FilterReply decide(ILoggingEvent event) {
    if (event.getLoggerName().startsWith("dchat")) {
      return FilterReply.NEUTRAL;
    }
    String line = event.getLoggerName() + event.getFormattedMessage();
    Long lastSaid = lastSaidMillis.get(line);
    if (lastSaid != null && event.getTimeStamp() - lastSaid < silence.getMilliseconds()) {
      return FilterReply.DENY;
    }
    lastSaidMillis.put(line, event.getTimeStamp());
    return FilterReply.NEUTRAL;
  }
}
