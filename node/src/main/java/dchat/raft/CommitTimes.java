package dchat.raft;

import java.util.ArrayDeque;
import java.util.Deque;

/** How long a leader's batches take until they are committed. One measurement per batch. */
final class CommitTimes {
  private record Batch(long lastIndex, long sinceNanos) {}

  private final Deque<Batch> open = new ArrayDeque<>();

  /**
   * @param sinceNanos when the first of its entries was proposed
   */
  void appended(long lastIndex, long sinceNanos) {
    open.add(new Batch(lastIndex, sinceNanos));
  }

  /** Tells {@code meter} of each batch that is committed now. */
  void committed(long commitIndex, long nowNanos, RaftMeter meter) {
    while (!open.isEmpty() && open.peek().lastIndex() <= commitIndex) {
      meter.committed(nowNanos - open.remove().sinceNanos());
    }
  }
}
