package dchat.client.api;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes ids that begin with the time (UUID version 7, RFC 9562, section 5.7). Unique like random
 * ones, but neighbours in time are neighbours in an index: a table with millions of random ids
 * costs a page of disk per message, one with these costs next to nothing.
 */
public final class TimeOrderedIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final InstantSource clock;
  private final RandomGenerator random;

  public TimeOrderedIds(InstantSource clock) {
    this(clock, new SplittableRandom(new SecureRandom().nextLong()));
  }

  /**
   * @param random asked under this object's lock
   */
  TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new id in the usual 36 characters. May be called from any thread. */
  public synchronized String next() {
    long high = clock.millis() << 16 | VERSION_7 | random.nextLong() & 0xfffL;
    long low = random.nextLong() >>> 2 | VARIANT;
    return new UUID(high, low).toString();
  }
}
