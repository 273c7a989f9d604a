package dchat.client.cli;

import dchat.client.bench.LoadPlan;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What load to make: the options of {@code bench} that say so. */
final class LoadOptions {
  private static final int CLOSED_LOOP_CLIENTS = 16;
  private static final int OPEN_LOOP_CLIENTS = 256;
  private static final int MAX_CLIENTS = 10_000;
  private static final double MAX_RATE = 1_000_000;
  private static final int MAX_TEXT_BYTES = 1 << 20;
  private static final int MAX_LINES = 10_000;
  private static final int MAX_FAILOVERS = 1_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = {
        "Requests under way at once; each client sends when its last one is answered.",
        "Default: 16; with --rate 256, of which as many are used as it takes."
      })
  private Optional<Integer> clients = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Begin R requests per second, whether others are answered or not.")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = TimeConverter.class,
      description = "How long to measure: 30s, 2m. Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "3s",
      converter = TimeConverter.class,
      description = "Load before the measurement. Default: ${DEFAULT-VALUE}.")
  private Duration warmup;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "200",
      description = "Length of a line. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--room-count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rooms to spread the lines over. Default: ${DEFAULT-VALUE}.")
  private int rooms;

  @Option(
      names = "--lines-per-request",
      paramLabel = "N",
      defaultValue = "1",
      description = "More than 1 sends arrays of lines. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = "--reads",
      paramLabel = "PERCENT",
      defaultValue = "0%",
      converter = PercentConverter.class,
      description = "Requests that read what a node has. Default: ${DEFAULT-VALUE}.")
  private int reads;

  @Option(
      names = "--linearizable",
      paramLabel = "PERCENT",
      defaultValue = "0%",
      converter = PercentConverter.class,
      description = "Requests that read what the cluster has. Default: ${DEFAULT-VALUE}.")
  private int linearizable;

  @Option(
      names = "--subscribers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Event streams, spread over the nodes. Default: none.")
  private int subscribers;

  @Option(
      names = "--failover",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Kill the leader N times (only with --spawn), and measure how long nothing is written;",
        "lasts as long as that takes."
      })
  private int failovers;

  /**
   * What was asked for.
   *
   * @throws ParameterException when that can't be done
   */
  LoadPlan plan(CommandSpec command, boolean spawned) {
    int most = clients.orElse(rate.isPresent() ? OPEN_LOOP_CLIENTS : CLOSED_LOOP_CLIENTS);
    require(command, most >= 1 && most <= MAX_CLIENTS, "--clients must be 1 to " + MAX_CLIENTS);
    require(
        command,
        rate.isEmpty() || rate.get() > 0 && rate.get() <= MAX_RATE,
        "--rate must be more than 0 and at most 1000000 per second");
    require(command, duration.isPositive(), "--duration must be more than 0");
    require(command, size >= 1 && size <= MAX_TEXT_BYTES, "--size must be 1 to " + MAX_TEXT_BYTES);
    require(
        command,
        rooms >= 1 && rooms <= LoadPlan.MAX_ROOMS,
        "--room-count must be 1 to " + LoadPlan.MAX_ROOMS);
    require(command, lines >= 1 && lines <= MAX_LINES, "--lines-per-request must be 1 to 10000");
    require(
        command,
        reads + linearizable <= 100,
        "--reads and --linearizable are more than 100% together");
    require(
        command,
        subscribers >= 0 && subscribers <= MAX_CLIENTS,
        "--subscribers must be 0 to " + MAX_CLIENTS);
    require(command, failovers >= 0 && failovers <= MAX_FAILOVERS, "--failover must be 0 to 1000");
    require(command, failovers == 0 || spawned, "--failover kills nodes: only with --spawn");
    require(
        command,
        failovers == 0 || reads + linearizable < 100,
        "--failover needs writes to measure");
    return new LoadPlan(
        most,
        rate.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
        warmup,
        duration,
        size,
        rooms,
        lines,
        reads,
        linearizable,
        subscribers,
        failovers);
  }

  /** In words. */
  static String describe(LoadPlan plan) {
    StringBuilder words = new StringBuilder();
    plan.ratePerSecond()
        .ifPresentOrElse(
            rate ->
                words
                    .append(BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString())
                    .append(" requests per second, at most ")
                    .append(plan.clients())
                    .append(" at once"),
            () -> words.append(plan.clients()).append(" clients"));
    words.append(", lines of ").append(plan.textBytes()).append(" bytes");
    if (plan.linesPerRequest() > 1) {
      words.append(", ").append(plan.linesPerRequest()).append(" per request");
    }
    if (plan.rooms() > 1) {
      words.append(", ").append(plan.rooms()).append(" rooms");
    }
    if (plan.subscribers() > 0) {
      words.append(", ").append(plan.subscribers()).append(" event streams");
    }
    String length =
        plan.failovers() > 0
            ? plan.failovers() + " kills of the leader"
            : seconds(plan.duration()) + " s";
    return words
        .append("; ")
        .append(length)
        .append(" after ")
        .append(seconds(plan.warmup()))
        .append(" s of warm-up")
        .toString();
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? "" + time.toSeconds() : "" + time.toMillis() / 1000.0;
  }

  private static void require(CommandSpec command, boolean condition, String otherwise) {
    if (!condition) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }

  /** A time such as {@code 500ms}, {@code 10s} or {@code 2m}; a number alone is seconds. */
  static final class TimeConverter implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");

    @Override
    public Duration convert(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches()) {
        throw new TypeConversionException("'" + text + "' is no time such as 30s or 2m");
      }
      long number = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofSeconds(number);
      };
    }
  }

  /** {@code 20%} or {@code 20}. */
  static final class PercentConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
      if (!number.matches("\\d{1,2}|100")) {
        throw new TypeConversionException("'" + text + "' is no share such as 20%");
      }
      return Integer.valueOf(number);
    }
  }
}
