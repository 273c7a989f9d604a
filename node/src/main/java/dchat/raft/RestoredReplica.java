package dchat.raft;

import java.util.List;
import java.util.Optional;

/**
 * What the journal of a replica begins with whose state is a backup's. It is alone in a cluster of
 * its own: the others that hold this history, or will have lost it, are no members.
 */
public final class RestoredReplica {
  private final JournalSerializer serializer = new JournalSerializer();
  private final StateMachine.Position position;
  private final Member self;

  /**
   * @param position of the last entry in the state
   * @param self the one member
   * @throws IllegalArgumentException if the state holds no entry
   */
  public RestoredReplica(StateMachine.Position position, Member self) {
    if (position.index() < 1 || position.term() < 1) {
      throw new IllegalArgumentException("nothing was ever committed there");
    }
    this.position = position;
    this.self = self;
  }

  /** Whose journal it is, as the journal's tables name it. */
  public String persistenceId() {
    return Journal.persistenceId(self.id());
  }

  /** Of the serializer that reads the rows. */
  public int serializerId() {
    return serializer.identifier();
  }

  /** The events, in order. */
  public List<StoredJournal.Row> rows() {
    // The membership is news of the last entry: what the log said of members before is another
    // cluster's. And no term may come again in which that cluster had a leader.
    return List.of(
        row(new JournalEvent.TermChanged(position.term(), Optional.empty())),
        row(
            new JournalEvent.SnapshotInstalled(
                new SnapshotMeta(
                    position.index(),
                    position.term(),
                    position.timestampMillis(),
                    Membership.of(self),
                    position.index()))));
  }

  private StoredJournal.Row row(JournalEvent event) {
    return new StoredJournal.Row(serializer.manifest(event), serializer.toBinary((Object) event));
  }
}
