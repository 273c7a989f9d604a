package dchat.client.api;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses that double up to a limit, each shortened by chance to between half and all of it, so that
 * many clients which lost the same node don't come back in step.
 */
final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private Duration next;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
    this.next = first;
  }

  Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofNanos((long) (pause.toNanos() * (0.5 + random.nextDouble() / 2)));
  }

  void reset() {
    next = first;
  }
}
