package dchat.raft;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * How journal events are stored. The manifest names the format and its version, not a class, so
 * classes can move; a format once released is read forever.
 */
public final class JournalSerializer extends SerializerWithStringManifest {
  private static final String TERM_CHANGED = "term-1";
  private static final String APPENDED = "append-1";
  private static final String TRUNCATED = "truncate-1";

  private record TermChangedV1(long term, Optional<NodeId> votedFor) {}

  private record AppendedV1(List<LogEntry> entries) {}

  private record TruncatedV1(long fromIndex) {}

  @Override
  public int identifier() {
    return 5_441;
  }

  @Override
  public String manifest(Object event) {
    return switch ((JournalEvent) event) {
      case JournalEvent.TermChanged ignored -> TERM_CHANGED;
      case JournalEvent.Appended ignored -> APPENDED;
      case JournalEvent.Truncated ignored -> TRUNCATED;
    };
  }

  @Override
  public byte[] toBinary(Object event) {
    return switch ((JournalEvent) event) {
      case JournalEvent.TermChanged(var term, var votedFor) ->
          RaftCbor.write(new TermChangedV1(term, votedFor));
      case JournalEvent.Appended(var entries) -> RaftCbor.write(new AppendedV1(entries));
      case JournalEvent.Truncated(var fromIndex) -> RaftCbor.write(new TruncatedV1(fromIndex));
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
      default ->
          throw new IllegalArgumentException(
              "journal event of format '" + manifest + "': written by a newer DChat?");
    };
  }
}
