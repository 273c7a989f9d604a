package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> completed = new EnumMap<>(Kind.class);

  private void measured(Kind kind, long count, long... micros) {
    Histogram histogram = Measurements.histogram();
    LongStream.of(micros).forEach(histogram::recordValue);
    latencies.put(kind, histogram);
    completed.put(kind, count);
  }

  private Report report(Map<String, Long> errors, List<Duration> gaps) {
    return new Report(
        ChatRequestTest.plan(200, 1, 1),
        3,
        10,
        latencies,
        completed,
        errors,
        Map.of("http 503", 4L),
        gaps,
        Duration.ofMillis(1));
  }

  private static JsonNode parsed(Report report) throws IOException {
    assertThat(report.json()).doesNotContain("\n");
    return new ObjectMapper().readTree(report.json());
  }

  @Test
  void the_json_has_rates_percentiles_in_microseconds_and_errors() throws IOException {
    measured(Kind.WRITE, 12_345, IntStream.rangeClosed(1, 1000).mapToLong(i -> i).toArray());
    JsonNode json = parsed(report(Map.of("http 422", 2L, "no leader", 1L), List.of()));
    assertThat(json.path("writes_per_second").asDouble()).isEqualTo(1234.5);
    assertThat(json.path("p50_us").asLong()).isEqualTo(500);
    assertThat(json.path("p90_us").asLong()).isEqualTo(900);
    assertThat(json.path("p99_us").asLong()).isEqualTo(990);
    assertThat(json.path("p999_us").asLong()).isEqualTo(999);
    assertThat(json.path("max_us").asLong()).isEqualTo(1000);
    assertThat(json.path("errors").asLong()).isEqualTo(3);
    assertThat(json.path("errors_by_kind").path("http 422").asLong()).isEqualTo(2);
    assertThat(json.path("retries_by_reason").path("http 503").asLong()).isEqualTo(4);
    assertThat(json.path("clients").asInt()).isEqualTo(1);
    assertThat(json.path("nodes").asInt()).isEqualTo(3);
    assertThat(json.path("generator_cpu_us_per_request").asDouble()).isEqualTo(1);
    assertThat(json.has("reads_per_second")).isFalse();
    assertThat(json.has("gap_median_ms")).isFalse();
  }

  @Test
  void what_else_was_asked_for_is_there_under_its_own_names() throws IOException {
    measured(Kind.LOCAL_READ, 100, 5);
    measured(Kind.LINEARIZABLE_READ, 50, 6);
    measured(Kind.DELIVERY, 2000, 7);
    List<Duration> gaps =
        List.of(Duration.ofMillis(300), Duration.ofMillis(250), Duration.ofMillis(900));
    JsonNode json = parsed(report(Map.of(), gaps));
    assertThat(json.path("writes_per_second").asDouble()).isZero();
    assertThat(json.path("reads_per_second").asDouble()).isEqualTo(10);
    assertThat(json.path("read_p99_us").asLong()).isEqualTo(5);
    assertThat(json.path("linearizable_per_second").asDouble()).isEqualTo(5);
    assertThat(json.path("linearizable_max_us").asLong()).isEqualTo(6);
    assertThat(json.path("deliveries_per_second").asDouble()).isEqualTo(200);
    assertThat(json.path("delivery_p99_us").asLong()).isEqualTo(7);
    assertThat(json.path("gap_min_ms").asLong()).isEqualTo(250);
    assertThat(json.path("gap_median_ms").asLong()).isEqualTo(300);
    assertThat(json.path("gap_max_ms").asLong()).isEqualTo(900);
  }

  @Test
  void nothing_measured_is_no_latency_of_zero() throws IOException {
    measured(Kind.WRITE, 0);
    Report report = report(Map.of("never begun", 9L), List.of());
    assertThat(report.hasResults()).isFalse();
    assertThat(parsed(report).path("p99_us").isNull()).isTrue();
    assertThat(report.lines()).anyMatch(line -> line.matches("lines written +0( +-){5}"));
    assertThat(report.lines()).contains("errors: 9 x never begun");
  }

  @Test
  void times_have_a_unit_that_suits_them() {
    assertThat(Report.time(780)).isEqualTo("0.78 ms");
    assertThat(Report.time(123_400)).isEqualTo("123 ms");
    assertThat(Report.time(12_340_000)).isEqualTo("12.3 s");
  }
}
