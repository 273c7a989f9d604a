package dchat.raft;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/**
 * What the RaftActors of one actor system tell the person on call while this is open. One at a
 * time: it changes what their logger lets through.
 */
final class LogLines implements AutoCloseable {
  /** What tests that open one have to themselves. */
  static final String LOGGER = "the logger of RaftActor";

  private final Logger logger = (Logger) LoggerFactory.getLogger(RaftActor.class);
  private final String threads;
  private final Level levelBefore = logger.getLevel();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getThreadName().startsWith(threads)) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
          }
        }
      };

  LogLines(ActorSystem<?> system) {
    threads = system.name() + "-";
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    appender.start();
    logger.addAppender(appender);
  }

  List<String> containing(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
    logger.setLevel(levelBefore);
    appender.stop();
  }
}
