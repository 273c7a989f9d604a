package dchat.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Token buckets by key: so many attempts at once, then one per interval. Bounded: of very many keys
 * the one longest unused is forgotten. Safe for concurrent use.
 */
final class Throttle {
  private static final int MAX_KEYS = 50_000;

  private final int burst;
  private final long intervalNanos;
  private final LongSupplier nanoTime;

  /** When the bucket of a key will be full again. */
  private final Map<String, Long> fullAtNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_KEYS;
        }
      };

  Throttle(AccountSettings.Rate rate, LongSupplier nanoTime) {
    burst = rate.burst();
    intervalNanos = rate.interval().toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Takes an attempt.
   *
   * @return how long to wait for the next one, if there is none
   */
  synchronized Optional<Duration> tryTake(String key) {
    long now = nanoTime.getAsLong();
    long fullAt = Math.max(now, fullAtNanos.getOrDefault(key, now)) + intervalNanos;
    long wait = fullAt - now - burst * intervalNanos;
    if (wait > 0) {
      return Optional.of(Duration.ofNanos(wait));
    }
    fullAtNanos.put(key, fullAt);
    return Optional.empty();
  }

  /** An attempt that isn't to count after all. */
  synchronized void giveBack(String key) {
    fullAtNanos.computeIfPresent(key, (k, fullAt) -> fullAt - intervalNanos);
  }
}
