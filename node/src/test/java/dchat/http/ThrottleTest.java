package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final Throttle throttle =
      new Throttle(new AccountSettings.Rate(3, Duration.ofSeconds(10)), nanos::get);

  @Test
  void so_many_at_once_then_one_per_interval() {
    for (int i = 0; i < 3; i++) {
      assertThat(throttle.tryTake("a")).isEmpty();
    }
    assertThat(throttle.tryTake("a")).contains(Duration.ofSeconds(10));
    assertThat(throttle.tryTake("b")).as("another key").isEmpty();
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(throttle.tryTake("a")).isEmpty();
    assertThat(throttle.tryTake("a")).contains(Duration.ofSeconds(10));
  }

  @Test
  void a_refused_attempt_does_not_make_the_wait_longer() {
    for (int i = 0; i < 100; i++) {
      throttle.tryTake("a");
    }
    assertThat(throttle.tryTake("a")).contains(Duration.ofSeconds(10));
  }

  @Test
  void what_is_given_back_does_not_count() {
    for (int i = 0; i < 100; i++) {
      assertThat(throttle.tryTake("a")).isEmpty();
      throttle.giveBack("a");
    }
  }
}
