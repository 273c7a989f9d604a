package dchat.raft;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * How journal events, and the journal's own snapshots, are stored. The manifest names the format
 * and its version, not a class, so classes can move; a format once released is read forever.
 */
public final class JournalSerializer extends SerializerWithStringManifest {
  private static final String TERM_CHANGED = "term-1";
  private static final String APPENDED = "append-1";
  private static final String TRUNCATED = "truncate-1";
  private static final String COMPACTED = "compact-1";
  private static final String SNAPSHOT_INSTALLED = "install-1";
  private static final String STATE = "state-1";

  private record TermChangedV1(long term, Optional<NodeId> votedFor) {}

  private record AppendedV1(List<LogEntry> entries) {}

  private record TruncatedV1(long fromIndex) {}

  private record CompactedV1(long index) {}

  private record SnapshotInstalledV1(SnapshotMeta meta) {}

  private record StateV1(
      long term, Optional<NodeId> votedFor, SnapshotMeta base, List<LogEntry> entries) {}

  @Override
  public int identifier() {
    return 5_441;
  }

  @Override
  public String manifest(Object stored) {
    return stored instanceof Journal.State ? STATE : manifest((JournalEvent) stored);
  }

  private static String manifest(JournalEvent event) {
    return switch (event) {
      case JournalEvent.TermChanged ignored -> TERM_CHANGED;
      case JournalEvent.Appended ignored -> APPENDED;
      case JournalEvent.Truncated ignored -> TRUNCATED;
      case JournalEvent.Compacted ignored -> COMPACTED;
      case JournalEvent.SnapshotInstalled ignored -> SNAPSHOT_INSTALLED;
    };
  }

  @Override
  public byte[] toBinary(Object stored) {
    return stored instanceof Journal.State state
        ? RaftCbor.write(
            new StateV1(
                state.term(),
                state.votedFor(),
                state.log().describe(state.log().baseIndex()),
                state.log().entries()))
        : toBinary((JournalEvent) stored);
  }

  private static byte[] toBinary(JournalEvent event) {
    return switch (event) {
      case JournalEvent.TermChanged(var term, var votedFor) ->
          RaftCbor.write(new TermChangedV1(term, votedFor));
      case JournalEvent.Appended(var entries) -> RaftCbor.write(new AppendedV1(entries));
      case JournalEvent.Truncated(var fromIndex) -> RaftCbor.write(new TruncatedV1(fromIndex));
      case JournalEvent.Compacted(var index) -> RaftCbor.write(new CompactedV1(index));
      case JournalEvent.SnapshotInstalled(var meta) ->
          RaftCbor.write(new SnapshotInstalledV1(meta));
    };
  }

  /**
   * @throws IllegalArgumentException for a manifest that a newer version of DChat wrote
   */
  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return switch (manifest) {
      case TERM_CHANGED -> {
        TermChangedV1 stored = RaftCbor.read(bytes, TermChangedV1.class);
        yield new JournalEvent.TermChanged(stored.term(), stored.votedFor());
      }
      case APPENDED -> new JournalEvent.Appended(RaftCbor.read(bytes, AppendedV1.class).entries());
      case TRUNCATED ->
          new JournalEvent.Truncated(RaftCbor.read(bytes, TruncatedV1.class).fromIndex());
      case COMPACTED -> new JournalEvent.Compacted(RaftCbor.read(bytes, CompactedV1.class).index());
      case SNAPSHOT_INSTALLED ->
          new JournalEvent.SnapshotInstalled(
              RaftCbor.read(bytes, SnapshotInstalledV1.class).meta());
      case STATE -> {
        StateV1 stored = RaftCbor.read(bytes, StateV1.class);
        yield new Journal.State(stored.term(), stored.votedFor(), stored.base(), stored.entries());
      }
      default ->
          throw new IllegalArgumentException(
              "journal event of format '" + manifest + "': written by a newer DChat?");
    };
  }
}
