package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What counts: latency of what began in the window, throughput of what ended in it. */
class WindowTest {
  private static final long BEGIN = 1_000_000;
  private static final long END = 9_000_000;

  private final Measurements measurements = new Measurements();

  @Test
  void before_the_window_is_set_nothing_counts() {
    long now = System.nanoTime();
    measurements.done(Kind.WRITE, now, now, 1);
    measurements.failed("x", now, 1);
    assertThat(measurements.completed(Kind.WRITE)).isZero();
    assertThat(measurements.takeInterval(Kind.WRITE).getTotalCount()).isZero();
    assertThat(measurements.errors().total()).isZero();
  }

  @Test
  void warm_up_and_late_answers_are_told_apart() {
    measurements.open(BEGIN, END);
    measurements.done(Kind.WRITE, BEGIN - 1, BEGIN + 5_000, 1);
    measurements.done(Kind.WRITE, BEGIN, BEGIN + 2_000_000, 1);
    measurements.done(Kind.WRITE, END - 1, END + 3_000_000, 1);
    measurements.done(Kind.WRITE, END, END + 1, 1);
    Histogram interval = measurements.takeInterval(Kind.WRITE);
    assertThat(measurements.completed(Kind.WRITE)).isEqualTo(2);
    assertThat(interval.getTotalCount()).isEqualTo(2);
    assertThat(interval.getMaxValue()).isBetween(3_000L, 3_010L);
    assertThat(measurements.takeInterval(Kind.WRITE).getTotalCount()).isZero();
  }

  @Test
  void a_line_is_early_known_or_forgotten() {
    Acknowledgements acknowledgements = new Acknowledgements();
    assertThat(acknowledgements.find(5)).isEqualTo(Acknowledgements.EARLY);
    acknowledgements.add(5, 123);
    assertThat(acknowledgements.find(5)).isEqualTo(123);
    acknowledgements.add(5 + (1 << 18), 456);
    assertThat(acknowledgements.find(5)).isEqualTo(Acknowledgements.FORGOTTEN);
    assertThat(acknowledgements.highest()).isEqualTo(5 + (1 << 18));
  }
}
