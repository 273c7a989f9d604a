package dchat.raft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The window of a {@link Replicator}: which entries are sent and not yet accepted, and whether that
 * is as much as may be at once. Changed only by its Replicator, on that one's thread.
 */
final class Inflights {

  private record Batch(long lastIndex, int bytes, long sentNanos) {}

  private final int maxBatches;
  private final int maxPartialBatches;
  private final int maxBytes;
  private final LongSupplier nanos;
  private final RaftMeter meter;
  private final Deque<Batch> batches = new ArrayDeque<>();

  /**
   * @param nanos a clock that never jumps
   * @param meter is told how long acceptances took
   */
  Inflights(RaftSettings settings, LongSupplier nanos, RaftMeter meter) {
    this.maxBatches = settings.maxInFlightBatches();
    this.maxPartialBatches = settings.maxInFlightPartialBatches();
    this.maxBytes = settings.maxInFlightBytes();
    this.nanos = nanos;
    this.meter = meter;
  }

  /** Notes one message's entries; they follow those before. */
  void sent(List<LogEntry> entries) {
    batches.add(new Batch(entries.getLast().index(), sizeBytes(entries), nanos.getAsLong()));
  }

  /** Forgets what the peer holds: all up to {@code matchIndex}. */
  void accepted(long matchIndex) {
    while (!batches.isEmpty() && batches.peek().lastIndex() <= matchIndex) {
      meter.appended(nanos.getAsLong() - batches.remove().sentNanos());
    }
  }

  /** Forgets all: it counts as lost. */
  void clear() {
    batches.clear();
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /**
   * Whether the next message may go. The last one may exceed the bound in bytes. One that could
   * hold more waits for answers earlier than a full one: what arrives meanwhile travels with it,
   * and each message costs its receiver a write.
   *
   * @param full whether what waits fills a message
   */
  boolean hasRoom(boolean full) {
    int bytes = 0;
    for (Batch batch : batches) {
      bytes += batch.bytes();
    }
    return batches.size() < (full ? maxBatches : maxPartialBatches) && bytes < maxBytes;
  }

  static int sizeBytes(List<LogEntry> entries) {
    return sizeBytes(entries, 0);
  }

  /** Of those from {@code fromIndex} on. */
  static int sizeBytes(List<LogEntry> entries, long fromIndex) {
    int bytes = 0;
    for (LogEntry entry : entries) {
      if (entry.index() >= fromIndex) {
        bytes += entry.sizeBytes();
      }
    }
    return bytes;
  }
}
