package dchat.raft;

import java.util.OptionalLong;

/** When the log is compacted, and how much of it goes (thesis, section 5.1.3). */
final class Compaction {
  private final RaftSettings settings;
  private boolean underWay;

  Compaction(RaftSettings settings) {
    this.settings = settings;
  }

  /** Whether the log has grown enough, and no compaction is under way. */
  boolean isDue(RaftLog log) {
    boolean grown =
        log.lastIndex() - log.baseIndex() > settings.compactAfterEntries() || isTooLarge(log);
    return grown && !underWay;
  }

  void begin() {
    underWay = true;
  }

  void end() {
    underWay = false;
  }

  /**
   * Up to where the log may go now; empty if nothing may, or too little to be worth a flush.
   *
   * @param limit the last index that isn't needed in the log any more
   */
  OptionalLong upTo(RaftLog log, long limit) {
    long worthIt = log.baseIndex() + Math.max(1, (log.lastIndex() - log.baseIndex()) / 4);
    if (limit < worthIt) {
      return OptionalLong.empty();
    }
    // A tail stays, so that a peer that was away for a moment needs no snapshot.
    long tail = log.indexBeforeTail(settings.keepEntries(), settings.compactAfterBytes() / 2);
    long index = Math.min(limit, tail);
    return index >= worthIt ? OptionalLong.of(index) : OptionalLong.empty();
  }

  private boolean isTooLarge(RaftLog log) {
    return log.sizeBytes() > settings.compactAfterBytes();
  }
}
