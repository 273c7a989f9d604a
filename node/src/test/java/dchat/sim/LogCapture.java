package dchat.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Takes what the actors of a run log off the console and into the trace. An error with a stack
 * trace is the end of the run: no actor logs one for anything that is expected.
 */
final class LogCapture implements AutoCloseable {
  private static final List<String> NAMES = List.of("dchat", "org.apache.pekko");

  private record Before(Logger logger, Level level, boolean additive) {}

  private final List<Before> before;
  private final AppenderBase<ILoggingEvent> appender;

  private LogCapture(Simulation simulation) {
    Thread runner = Thread.currentThread();
    appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (Thread.currentThread() == runner) {
              simulation.trace().line(() -> event.getLevel() + " " + event.getFormattedMessage());
              failOnStackTrace(simulation, event);
            }
          }
        };
    before =
        NAMES.stream()
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .map(logger -> new Before(logger, logger.getLevel(), logger.isAdditive()))
            .toList();
    appender.start();
    before.forEach(
        found -> {
          found.logger().setLevel(simulation.trace().isOn() ? Level.INFO : Level.ERROR);
          found.logger().setAdditive(false);
          found.logger().addAppender(appender);
        });
  }

  /** Until it is closed, nothing that is logged on this thread reaches another appender. */
  static LogCapture of(Simulation simulation) {
    return new LogCapture(simulation);
  }

  private static void failOnStackTrace(Simulation simulation, ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    if (event.getLevel() == Level.ERROR && thrown instanceof ThrowableProxy proxy) {
      simulation.fail(
          new Violation("an actor failed: " + proxy.getThrowable(), proxy.getThrowable()));
    }
  }

  @Override
  public void close() {
    before.forEach(
        found -> {
          found.logger().detachAppender(appender);
          found.logger().setLevel(found.level());
          found.logger().setAdditive(found.additive());
        });
    appender.stop();
  }
}
