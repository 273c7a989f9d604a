package dchat.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final long START = 5_000;

  @Test
  void requests_are_due_at_a_steady_rate_from_the_start() {
    OpenLoop loop = new OpenLoop(1000, START);
    assertThat(loop.isDue(START - 1)).isFalse();
    assertThat(loop.isDue(START)).isTrue();
    assertThat(loop.take()).isEqualTo(START);
    assertThat(loop.isDue(START + 999_999)).isFalse();
    assertThat(loop.isDue(START + 1_000_000)).isTrue();
    assertThat(loop.take()).isEqualTo(START + 1_000_000);
  }

  @Test
  void who_is_late_still_counts_from_when_it_should_have_been() {
    OpenLoop loop = new OpenLoop(1000, START);
    long late = START + 10_000_000;
    for (int i = 0; i <= 10; i++) {
      assertThat(loop.isDue(late)).isTrue();
      assertThat(loop.take()).isEqualTo(START + i * 1_000_000L);
    }
    assertThat(loop.isDue(late)).isFalse();
  }

  @Test
  void a_rate_that_is_no_whole_interval_does_not_drift() {
    OpenLoop loop = new OpenLoop(30_000, START);
    for (int i = 0; i < 30_000 * 60; i++) {
      loop.take();
    }
    assertThat(loop.nextNanos()).isEqualTo(START + 60_000_000_000L);
  }

  @Test
  void what_was_never_taken_is_known_at_the_end() {
    OpenLoop loop = new OpenLoop(1000, START);
    loop.take();
    loop.take();
    assertThat(loop.missedBefore(START + 10_000_000)).isEqualTo(8);
    assertThat(loop.missedBefore(START + 2_000_000)).isZero();
    assertThat(loop.missedBefore(START)).isZero();
  }
}
