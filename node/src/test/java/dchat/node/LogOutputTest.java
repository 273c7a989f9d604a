package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogOutputTest {
  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  LogOutputTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%-5level %msg%n");
    encoder.start();
    var appender = new OutputStreamAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(written);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  @Test
  void text_is_a_line_as_configured() {
    LogOutput.TEXT.use(context, "info");
    context.getLogger("dchat.node").info("{} listens", "node0");
    assertThat(lines()).containsExactly("INFO  node0 listens");
  }

  @Test
  void json_is_one_object_per_line_with_the_whole_sentence() throws Exception {
    LogOutput.JSON.use(context, "info");
    context.getLogger("dchat.node").info("{} says \"hello\"\nand more", "node0");
    context.getLogger("dchat.raft").error("failed", new IllegalStateException("why"));
    assertThat(lines()).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines().getFirst());
    assertThat(first.path("formattedMessage").asText()).isEqualTo("node0 says \"hello\"\nand more");
    assertThat(first.path("level").asText()).isEqualTo("INFO");
    assertThat(first.path("loggerName").asText()).isEqualTo("dchat.node");
    assertThat(first.path("timestamp").asLong()).isPositive();
    JsonNode second = new ObjectMapper().readTree(lines().getLast());
    assertThat(second.path("throwable").path("message").asText()).isEqualTo("why");
  }

  @Test
  void the_level_is_that_of_our_own_lines() {
    LogOutput.TEXT.use(context, "warn");
    context.getLogger("dchat.node").info("quiet");
    context.getLogger("dchat.node").warn("loud");
    assertThat(lines()).containsExactly("WARN  loud");
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
