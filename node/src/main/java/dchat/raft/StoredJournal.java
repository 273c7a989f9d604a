package dchat.raft;

import java.util.List;
import java.util.Optional;

/**
 * What the rows of a journal add up to, for who looks into it from outside. The {@link Journal}
 * itself reads them through Pekko Persistence.
 */
public final class StoredJournal {
  private StoredJournal() {}

  /** One stored event or sum of events. */
  public record Row(String manifest, byte[] payload) {}

  /**
   * @param votedFor in {@code term}
   * @param membership as far as the journal says; empty if it says nothing
   * @param entries after the last compaction
   */
  public record Content(
      long term, Optional<NodeId> votedFor, Membership membership, List<LogEntry> entries) {}

  /**
   * @param sum the latest sum, if one was stored
   * @param events after it, in order
   * @throws IllegalArgumentException if a newer version wrote them
   */
  public static Content read(Optional<Row> sum, List<Row> events) {
    var serializer = new JournalSerializer();
    Journal.State state =
        sum.map(row -> (Journal.State) serializer.fromBinary(row.payload(), row.manifest()))
            .orElseGet(() -> new Journal.State(Membership.of()));
    for (Row row : events) {
      state = state.apply((JournalEvent) serializer.fromBinary(row.payload(), row.manifest()));
    }
    return new Content(
        state.term(), state.votedFor(), state.log().membership(), state.log().entries());
  }
}
