package dchat.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged and in what form, as the configuration has it. */
enum LogOutput {
  /** A line as people read it. */
  TEXT,
  /** An object per line, for what collects logs. */
  JSON;

  /**
   * @param level of DChat's own lines, as Logback names it
   */
  void use(String level) {
    use((LoggerContext) LoggerFactory.getILoggerFactory(), level);
  }

  void use(LoggerContext context, String level) {
    context.getLogger("dchat").setLevel(Level.toLevel(level));
    if (this == JSON) {
      Iterator<Appender<ILoggingEvent>> appenders =
          context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
      while (appenders.hasNext()) {
        if (appenders.next() instanceof OutputStreamAppender<ILoggingEvent> stream) {
          writeJson(context, stream);
        }
      }
    }
  }

  private static void writeJson(LoggerContext context, OutputStreamAppender<ILoggingEvent> stream) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    // The line as it would be in text; its pattern and arguments again would say nothing more.
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithMDC(false);
    encoder.start();
    stream.setEncoder(encoder);
  }
}
