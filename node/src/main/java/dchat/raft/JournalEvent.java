package dchat.raft;

import java.util.List;
import java.util.Optional;

/**
 * One change of a replica's durable state (paper, figure 2: currentTerm, votedFor, log[]), as the
 * {@link Journal} stores it. Each says in full what it does, so that replaying the journal gives
 * exactly the log that was in memory.
 */
public sealed interface JournalEvent {

  /** The term has become {@code term}, with this vote in it. */
  record TermChanged(long term, Optional<NodeId> votedFor) implements JournalEvent {}

  /** Entries were added behind the last one. */
  record Appended(List<LogEntry> entries) implements JournalEvent {}

  /** The entry at {@code fromIndex} and all behind it were removed. */
  record Truncated(long fromIndex) implements JournalEvent {}

  /** The entries up to {@code index} were dropped: the state machine holds them durably. */
  record Compacted(long index) implements JournalEvent {}

  /** A snapshot took the place of the entries it stands for, and of all that contradict it. */
  record SnapshotInstalled(SnapshotMeta meta) implements JournalEvent {}
}
