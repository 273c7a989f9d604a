package dchat.client.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Ids for lines, as DChat's own clients make them: UUIDs of version 7, which begin with the time.
 * Written into a request's bytes without making any object.
 */
final class LineIds {
  static final int LENGTH = 36;

  /** Where the twelve digits of the milliseconds stand, the highest first. */
  private static final int[] TIME = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12};

  /** Where those stand that differ from line to line; the others are the run's. */
  private static final int[] RANDOM = {15, 16, 17, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32};

  private static final int VERSION = 14;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final byte[] pattern;
  private final LongSupplier millis;
  private long state;

  /**
   * @param run differs from run to run
   * @param millis since 1970
   */
  LineIds(UUID run, LongSupplier millis) {
    pattern = run.toString().getBytes(StandardCharsets.US_ASCII);
    pattern[VERSION] = '7';
    state = run.getMostSignificantBits();
    this.millis = millis;
  }

  /** Writes the next id to {@code bytes}, where {@value #LENGTH} of them are free from there on. */
  void writeNext(byte[] bytes, int at) {
    System.arraycopy(pattern, 0, bytes, at, LENGTH);
    long time = millis.getAsLong();
    for (int i = TIME.length - 1; i >= 0; i--) {
      bytes[at + TIME[i]] = HEX[(int) time & 0xf];
      time >>>= 4;
    }
    long digits = next();
    for (int place : RANDOM) {
      bytes[at + place] = HEX[(int) digits & 0xf];
      digits >>>= 4;
    }
  }

  /** SplitMix64: every number comes once before one comes again. */
  private long next() {
    long z = state += GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
