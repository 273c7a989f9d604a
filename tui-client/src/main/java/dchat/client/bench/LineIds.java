package dchat.client.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Ids for lines, as a real client makes them: shaped like random UUIDs, none twice, and in no order
 * (ids that only grow would spare the server's indexes work that real ones don't).
 */
final class LineIds {
  static final int LENGTH = 36;

  /** Where the sixteen digits stand that differ from line to line; the others are the run's. */
  private static final int[] PLACES = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 16, 17, 20};

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final byte[] pattern;
  private long state;

  /**
   * @param run differs from run to run
   */
  LineIds(UUID run) {
    pattern = run.toString().getBytes(StandardCharsets.US_ASCII);
    state = run.getMostSignificantBits();
  }

  /** Writes the next id to {@code bytes}, where {@value #LENGTH} of them are free from there on. */
  void writeNext(byte[] bytes, int at) {
    System.arraycopy(pattern, 0, bytes, at, LENGTH);
    long digits = next();
    for (int place : PLACES) {
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
