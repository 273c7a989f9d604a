package dchat.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread or process brings about, up to a deadline. */
public final class Await {
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private Await() {}

  /**
   * @throws AssertionError if it still doesn't hold when the time is up
   */
  public static void until(String what, Duration within, BooleanSupplier condition) {
    value(what, within, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /**
   * @throws AssertionError if there is still no value when the time is up
   */
  static <T> T value(String what, Duration within, Supplier<Optional<T>> attempt) {
    long end = System.nanoTime() + within.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> value = attempt.get();
      if (value.isPresent()) {
        return value.get();
      }
      pause();
    }
    throw new AssertionError("not within " + within.toSeconds() + " s: " + what);
  }

  static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}
