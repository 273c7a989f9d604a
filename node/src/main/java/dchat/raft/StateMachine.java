package dchat.raft;

import java.util.List;
import java.util.Optional;

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

  /**
   * Makes everything applied so far survive a power cut. Until then the log must keep it.
   *
   * @return the last applied index that is durable now
   */
  long makeDurable();

  /**
   * Opens an image of the state as it is at this moment; it stays so while applying goes on. Unlike
   * the other methods this one may be called by any thread at any time.
   */
  SnapshotReader openSnapshot();

  /** Begins to receive another replica's state; whatever was half received before is dropped. */
  SnapshotWriter receiveSnapshot();

  /** What was given to the last {@link SnapshotWriter#install}; empty if there was none. */
  Optional<byte[]> installedLabel();

  /** An image of the state. Used by one thread at a time. */
  interface SnapshotReader extends AutoCloseable {

    /** The last entry whose effect is in it. */
    Position position();

    /**
     * The next part of it.
     *
     * @param maxBytes bound for its length
     * @return empty at the end
     */
    Optional<byte[]> nextChunk(int maxBytes);

    @Override
    void close();
  }

  /** Where a state stands in the log. All 0 for an empty state. */
  record Position(long index, long term, long timestampMillis) {}

  /** Another replica's state on its way in; invisible until installed. */
  interface SnapshotWriter extends AutoCloseable {

    /** Takes the next part, in the order in which it was read. */
    void write(byte[] chunk);

    /**
     * Puts the received state in the place of the present one, all or nothing, together with its
     * position and {@code label}; durable on return.
     */
    void install(byte[] label);

    /** Throws away what was received and not installed. */
    @Override
    void close();
  }
}
