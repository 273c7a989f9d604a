package dchat.raft;

import dchat.raft.Failpoints.Place;
import java.util.List;
import java.util.Optional;

/** A state machine on a disk that fails where {@link Failpoints} say so. */
final class FaultyStateMachine implements StateMachine {
  private final StateMachine intact;
  private final Failpoints failpoints;

  FaultyStateMachine(StateMachine intact, Failpoints failpoints) {
    this.intact = intact;
    this.failpoints = failpoints;
  }

  @Override
  public long lastAppliedIndex() {
    return intact.lastAppliedIndex();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    failpoints.pass(Place.BEFORE_APPLY);
    List<byte[]> results = intact.apply(entries);
    failpoints.pass(Place.AFTER_APPLY);
    return results;
  }

  @Override
  public long makeDurable() {
    failpoints.pass(Place.MAKE_DURABLE);
    return intact.makeDurable();
  }

  @Override
  public SnapshotReader openSnapshot() {
    SnapshotReader reader = intact.openSnapshot();
    return new SnapshotReader() {
      @Override
      public Position position() {
        return reader.position();
      }

      @Override
      public Optional<byte[]> nextChunk(int maxBytes) {
        failpoints.pass(Place.READ_SNAPSHOT);
        return reader.nextChunk(maxBytes);
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  @Override
  public SnapshotWriter receiveSnapshot() {
    SnapshotWriter writer = intact.receiveSnapshot();
    return new SnapshotWriter() {
      @Override
      public void write(byte[] chunk) {
        failpoints.pass(Place.WRITE_SNAPSHOT);
        writer.write(chunk);
      }

      @Override
      public void install(byte[] label) {
        failpoints.pass(Place.BEFORE_INSTALL);
        writer.install(label);
        failpoints.pass(Place.AFTER_INSTALL);
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  @Override
  public Optional<byte[]> installedLabel() {
    failpoints.pass(Place.OPEN_STATE);
    return intact.installedLabel();
  }
}
