package dchat.client.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What the load's threads note, and the reporter takes away second by second. Each kind is noted by
 * one thread only. Nothing counts that began outside of the window.
 */
final class Measurements {
  /** Histograms are in microseconds and reach to an hour. */
  private static final long LONGEST_MICROS = 3_600_000_000L;

  private static final int DIGITS = 3;
  private static final long NOT_SOON_NANOS = Long.MAX_VALUE / 4;

  private final Map<Kind, SingleWriterRecorder> recorders = new EnumMap<>(Kind.class);
  private final Map<Kind, Histogram> recycled = new EnumMap<>(Kind.class);
  private final Map<Kind, AtomicLong> completed = new EnumMap<>(Kind.class);
  private final Tally errors = new Tally();
  private final Tally retries = new Tally();
  private volatile long beginNanos = System.nanoTime() + NOT_SOON_NANOS;
  private volatile long endNanos = beginNanos;

  Measurements() {
    for (Kind kind : Kind.values()) {
      recorders.put(kind, new SingleWriterRecorder(1, LONGEST_MICROS, DIGITS));
      completed.put(kind, new AtomicLong());
    }
  }

  /** Sets the window, in {@link System#nanoTime()}. Before, there is none. */
  void open(long begin, long end) {
    beginNanos = begin;
    endNanos = end;
  }

  static Histogram histogram() {
    return new Histogram(1, LONGEST_MICROS, DIGITS);
  }

  long beginNanos() {
    return beginNanos;
  }

  long endNanos() {
    return endNanos;
  }

  /** The window ends now, if it hasn't before. */
  void endNow() {
    long now = System.nanoTime();
    if (!isOver(now)) {
      endNanos = Math.max(now, beginNanos);
    }
  }

  boolean isOver(long nanos) {
    return nanos - endNanos >= 0;
  }

  boolean isInside(long nanos) {
    return nanos - beginNanos >= 0 && !isOver(nanos);
  }

  /**
   * A request was answered as it should be.
   *
   * @param amount how much that counts: lines for writes, 1 for reads
   */
  void done(Kind kind, long intendedNanos, long nowNanos, long amount) {
    if (isInside(intendedNanos)) {
      record(kind, nowNanos - intendedNanos);
    }
    if (isInside(nowNanos)) {
      AtomicLong count = completed.get(kind);
      // Only one thread writes; others needn't see it at once.
      count.lazySet(count.getPlain() + amount);
    }
  }

  private void record(Kind kind, long nanos) {
    recorders.get(kind).recordValue(Math.clamp(nanos / 1000, 0, LONGEST_MICROS));
  }

  void failed(String kind, long intendedNanos, long times) {
    if (isInside(intendedNanos)) {
      errors.add(kind, times);
    }
  }

  void retried(String reason, long nowNanos) {
    if (isInside(nowNanos)) {
      retries.add(reason, 1);
    }
  }

  long completed(Kind kind) {
    return completed.get(kind).get();
  }

  /** What was noted since the last call; valid until the next call. For one thread. */
  Histogram takeInterval(Kind kind) {
    SingleWriterRecorder recorder = recorders.get(kind);
    Histogram interval =
        recycled.containsKey(kind)
            ? recorder.getIntervalHistogram(recycled.get(kind))
            : recorder.getIntervalHistogram();
    recycled.put(kind, interval);
    return interval;
  }

  Tally errors() {
    return errors;
  }

  Tally retries() {
    return retries;
  }
}
