package dchat.node;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often something is tried until it works, and how often that is worth a line in the log:
 * quickly at first, then with pauses that grow; whenever the reason changes, then every 30 s.
 */
final class RetryPace {
  private static final long REPEAT_NANOS = Duration.ofSeconds(30).toNanos();

  private final Duration firstPause;
  private final Duration longestPause;
  private final RandomGenerator random;
  private Duration pause;
  private String said = "";
  private long saidNanos;

  RetryPace(Duration firstPause, Duration longestPause, RandomGenerator random) {
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.random = random;
    this.pause = firstPause;
  }

  /** The next pause: between half of and the whole of a length that doubles each time. */
  Duration next() {
    long length = pause.toMillis();
    pause =
        pause.multipliedBy(2).compareTo(longestPause) > 0 ? longestPause : pause.multipliedBy(2);
    return Duration.ofMillis(random.nextLong(length / 2, length + 1));
  }

  /** There was progress: quick again. */
  void reset() {
    pause = firstPause;
  }

  /** Whether {@code reason} should be logged now. */
  boolean isWorthSaying(String reason) {
    long now = System.nanoTime();
    if (reason.equals(said) && now - saidNanos < REPEAT_NANOS) {
      return false;
    }
    said = reason;
    saidNanos = now;
    return true;
  }
}
