package dchat.client.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When which line was acknowledged, for those that wait for it in the event streams. Written by the
 * load's thread, read by that of the streams; only the last {@value #KEPT} are kept.
 */
final class Acknowledgements {
  /** The line came before its acknowledgement: nobody had to wait for it. */
  static final long EARLY = -1;

  /** The line came so late that its acknowledgement isn't kept any more. */
  static final long FORGOTTEN = -2;

  private static final int KEPT = 1 << 18;

  private final AtomicLongArray indexes = new AtomicLongArray(KEPT);
  private final long[] nanos = new long[KEPT];
  private volatile long highest;

  void add(long index, long nowNanos) {
    int slot = (int) index & (KEPT - 1);
    nanos[slot] = nowNanos;
    // After the time: who sees the index sees its time, too.
    indexes.setRelease(slot, index);
    if (index > highest) {
      highest = index;
    }
  }

  /** When the line of that index was acknowledged, or {@link #EARLY} or {@link #FORGOTTEN}. */
  long find(long index) {
    int slot = (int) index & (KEPT - 1);
    long there = indexes.getAcquire(slot);
    if (there == index) {
      return nanos[slot];
    }
    return there < index ? EARLY : FORGOTTEN;
  }

  /** The highest index that was acknowledged; 0 if none was. */
  long highest() {
    return highest;
  }
}
