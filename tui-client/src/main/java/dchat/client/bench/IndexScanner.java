package dchat.client.bench;

import java.nio.charset.StandardCharsets;

/** Picks the log indexes out of the answer to {@code POST /chat}, of one command or of many. */
final class IndexScanner implements ResponseReader.Body {
  private static final byte[] NAME = "\"index\":".getBytes(StandardCharsets.US_ASCII);

  private final long[] indexes;
  private int count;
  private int matched;
  private long value;

  /**
   * @param most how many indexes an answer can have; more are passed over
   */
  IndexScanner(int most) {
    indexes = new long[most];
  }

  void reset() {
    count = 0;
    matched = 0;
    value = 0;
  }

  /** How many there are, once the answer is complete. */
  int count() {
    return count;
  }

  /** The index of line {@code i}, from 0 on. */
  long index(int i) {
    return indexes[i];
  }

  @Override
  public void take(byte[] buffer, int from, int to) {
    for (int at = from; at < to; at++) {
      byte b = buffer[at];
      if (matched < NAME.length) {
        // The name's first byte begins it only, so a mismatch never has to go back.
        matched = b == NAME[matched] ? matched + 1 : b == NAME[0] ? 1 : 0;
      } else if (b >= '0' && b <= '9') {
        value = value * 10 + (b - '0');
      } else if (b != ' ' || value > 0) {
        if (value > 0 && count < indexes.length) {
          indexes[count++] = value;
        }
        value = 0;
        matched = 0;
      }
    }
  }
}
