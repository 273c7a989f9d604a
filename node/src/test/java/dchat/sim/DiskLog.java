package dchat.sim;

import dchat.raft.JournalEvent;
import dchat.raft.LogEntry;
import dchat.raft.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node's journal should hold by what it was told to store: the simulator's own account of
 * it, kept as plainly as can be.
 */
final class DiskLog {
  private final List<LogEntry> entries = new ArrayList<>();
  private long baseIndex;
  private long baseTerm;

  long baseIndex() {
    return baseIndex;
  }

  long lastIndex() {
    return baseIndex + entries.size();
  }

  /** The entries behind the compacted ones. */
  List<LogEntry> entries() {
    return entries;
  }

  /** 0 for what it doesn't hold or can't tell any more. */
  long term(long index) {
    if (index == baseIndex) {
      return baseTerm;
    }
    return index < baseIndex || index > lastIndex()
        ? 0
        : entries.get((int) (index - baseIndex - 1)).term();
  }

  void append(LogEntry entry) {
    entries.add(entry);
  }

  void truncate(JournalEvent.Truncated truncated) {
    entries.subList((int) (truncated.fromIndex() - baseIndex - 1), entries.size()).clear();
  }

  void compact(long index) {
    long term = term(index);
    entries.subList(0, (int) (index - baseIndex)).clear();
    baseIndex = index;
    baseTerm = term;
  }

  void install(SnapshotMeta meta) {
    if (meta.lastIndex() >= baseIndex && term(meta.lastIndex()) == meta.lastTerm()) {
      compact(meta.lastIndex());
    } else {
      entries.clear();
      baseIndex = meta.lastIndex();
      baseTerm = meta.lastTerm();
    }
  }
}
