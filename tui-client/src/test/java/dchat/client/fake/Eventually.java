package dchat.client.fake;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waiting for what is going to be true. */
public final class Eventually {
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);

  private Eventually() {}

  /** Tries the assertion until it holds; at the deadline its own failure is thrown. */
  public static void eventually(Duration deadline, ThrowingCallable assertion) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
