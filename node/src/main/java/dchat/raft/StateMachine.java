package dchat.raft;

import java.util.List;

/**
 * What the log drives. Every replica applies the same entries in the same order, so applying must
 * depend on nothing but the state and the entries: no clock, no random number, no configuration.
 *
 * <p>All methods are called by one actor on a blocking dispatcher, never two at once.
 */
public interface StateMachine {

  /**
   * Index of the last entry whose effect is in the state; 0 for an empty state. Stored with the
   * state, so both are always of one moment.
   */
  long lastAppliedIndex();

  /**
   * Applies committed entries, all or none, together with the new {@link #lastAppliedIndex()}.
   *
   * @param entries of every kind, consecutive, the first at {@code lastAppliedIndex() + 1}; kinds
   *     other than {@link LogEntry.Kind#COMMAND} only move the last applied index
   * @return one result per entry, in order, as it goes back to who proposed it; an empty array for
   *     an entry that isn't a command
   * @throws RuntimeException if the state couldn't be stored; nothing of the batch is then applied
   */
  List<byte[]> apply(List<LogEntry> entries);
}
