package dchat.client.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param seconds how long the measurement was
 * @param nodes members of the cluster
 * @param latencies by kind, in microseconds; only kinds that were asked for
 * @param completed by kind, within those seconds: lines, reads, or lines times streams
 * @param errors what failed for good, by kind
 * @param retries what was tried again, by reason
 * @param gaps how long writes stood still after each kill
 * @param ownCpu CPU time of the load generator itself while it measured
 */
public record Report(
    LoadPlan plan,
    int nodes,
    double seconds,
    Map<Kind, Histogram> latencies,
    Map<Kind, Long> completed,
    Map<String, Long> errors,
    Map<String, Long> retries,
    List<Duration> gaps,
    Duration ownCpu) {

  /** Whether anything was done at all. */
  public boolean hasResults() {
    return requests() > 0 || completed.values().stream().anyMatch(count -> count > 0);
  }

  private long requests() {
    return latencies.entrySet().stream()
        .filter(e -> e.getKey() != Kind.DELIVERY)
        .mapToLong(e -> e.getValue().getTotalCount())
        .sum();
  }

  private long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  private double perSecond(Kind kind) {
    return seconds > 0 ? completed.get(kind) / seconds : 0;
  }

  /** One JSON object in one line; times are whole microseconds, rates per second. */
  public String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put(
        "writes_per_second",
        rounded(completed.containsKey(Kind.WRITE) ? perSecond(Kind.WRITE) : 0));
    latencies.forEach(
        (kind, histogram) -> {
          String prefix = prefix(kind);
          if (kind != Kind.WRITE) {
            root.put(rateName(kind), rounded(perSecond(kind)));
          }
          root.put(prefix + "p50_us", micros(histogram, 50));
          root.put(prefix + "p90_us", micros(histogram, 90));
          root.put(prefix + "p99_us", micros(histogram, 99));
          root.put(prefix + "p999_us", micros(histogram, 99.9));
          root.put(prefix + "max_us", micros(histogram, 100));
        });
    root.put("errors", errorCount());
    root.set("errors_by_kind", counts(errors));
    root.set("retries_by_reason", counts(retries));
    root.put("clients", plan.clients());
    plan.ratePerSecond().ifPresent(rate -> root.put("rate", rate));
    root.put("nodes", nodes);
    root.put("seconds", rounded(seconds));
    root.put("text_bytes", plan.textBytes());
    root.put("rooms", plan.rooms());
    root.put("lines_per_request", plan.linesPerRequest());
    root.put("subscribers", plan.subscribers());
    root.put("generator_cpu_us_per_request", rounded(ownMicrosPerRequest()));
    if (!gaps.isEmpty()) {
      Histogram gapMillis = gapMillis();
      root.put("gaps", gaps.size());
      root.put("gap_min_ms", gapMillis.getMinValue());
      root.put("gap_median_ms", gapMillis.getValueAtPercentile(50));
      root.put("gap_p99_ms", gapMillis.getValueAtPercentile(99));
      root.put("gap_max_ms", gapMillis.getMaxValue());
    }
    return root.toString();
  }

  /** Empty where nothing was measured: 0 would be a wonderful latency. */
  private static Long micros(Histogram histogram, double percentile) {
    return percentile(histogram, percentile).orElse(null);
  }

  private static Optional<Long> percentile(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Optional.empty()
        : Optional.of(histogram.getValueAtPercentile(percentile));
  }

  private static String prefix(Kind kind) {
    return switch (kind) {
      case WRITE -> "";
      case LOCAL_READ -> "read_";
      case LINEARIZABLE_READ -> "linearizable_";
      case DELIVERY -> "delivery_";
    };
  }

  private static String rateName(Kind kind) {
    return switch (kind) {
      case WRITE -> "writes_per_second";
      case LOCAL_READ -> "reads_per_second";
      case LINEARIZABLE_READ -> "linearizable_per_second";
      case DELIVERY -> "deliveries_per_second";
    };
  }

  private static ObjectNode counts(Map<String, Long> counts) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    counts.forEach(node::put);
    return node;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private double ownMicrosPerRequest() {
    return requests() == 0 ? 0 : ownCpu.toNanos() / 1000.0 / requests();
  }

  private Histogram gapMillis() {
    Histogram histogram = new Histogram(3);
    gaps.forEach(gap -> histogram.recordValue(gap.toMillis()));
    return histogram;
  }

  /** The same for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-18s%12s%10s%10s%10s%10s%10s",
            "", "per second", "p50", "p90", "p99", "p99.9", "max"));
    latencies.forEach((kind, h) -> lines.add(row(title(kind), perSecond(kind), h)));
    if (!gaps.isEmpty()) {
      Histogram gap = gapMillis();
      lines.add(
          format(
              "%d kills of the leader: nothing was written for %d ms (median; min %d, p99 %d, max"
                  + " %d)",
              gaps.size(),
              gap.getValueAtPercentile(50),
              gap.getMinValue(),
              gap.getValueAtPercentile(99),
              gap.getMaxValue()));
    }
    lines.add("errors: " + words(errors));
    if (!retries.isEmpty()) {
      lines.add("tried again: " + words(retries));
    }
    lines.add(format("load generator: %.1f us of CPU per request", ownMicrosPerRequest()));
    return lines;
  }

  private static String title(Kind kind) {
    return switch (kind) {
      case WRITE -> "lines written";
      case LOCAL_READ -> "local reads";
      case LINEARIZABLE_READ -> "linearizable reads";
      case DELIVERY -> "lines delivered";
    };
  }

  private static String row(String title, double perSecond, Histogram h) {
    return format(
        "%-18s%12s%10s%10s%10s%10s%10s",
        title,
        format("%,.0f", perSecond),
        time(h, 50),
        time(h, 90),
        time(h, 99),
        time(h, 99.9),
        time(h, 100));
  }

  private static String time(Histogram histogram, double percentile) {
    return percentile(histogram, percentile).map(Report::time).orElse("-");
  }

  /** A time in a unit that suits it. */
  static String time(long micros) {
    if (micros >= 10_000_000) {
      return format("%.1f s", micros / 1e6);
    }
    return micros >= 100_000 ? format("%.0f ms", micros / 1e3) : format("%.2f ms", micros / 1e3);
  }

  private static String words(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(e -> e.getValue() + " x " + e.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
