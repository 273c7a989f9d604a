package dchat.sim;

import dchat.raft.LogEntry;
import dchat.raft.NodeId;
import dchat.raft.StateMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A node's state as one incarnation of it has it open: watched, and out of reach once that
 * incarnation is dead.
 */
final class LivingState implements StateMachine {
  private final SimulatedStateMachine state;
  private final Safety safety;
  private final NodeId node;
  private final BooleanSupplier isDead;
  private final Consumer<Moment> onMoment;

  LivingState(
      SimulatedStateMachine state,
      Safety safety,
      NodeId node,
      BooleanSupplier isDead,
      Consumer<Moment> onMoment) {
    this.state = state;
    this.safety = safety;
    this.node = node;
    this.isDead = isDead;
    this.onMoment = onMoment;
  }

  private SimulatedStateMachine opened() {
    if (isDead.getAsBoolean()) {
      throw new IllegalStateException("the node is dead");
    }
    return state;
  }

  /** Whoever listens may crash the node: then what is under way gets no further. */
  private void reach(Moment moment) {
    onMoment.accept(moment);
    opened();
  }

  @Override
  public long lastAppliedIndex() {
    return state.lastAppliedIndex();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    reach(Moment.BEFORE_APPLY);
    List<byte[]> results = opened().apply(entries);
    safety.onApplied(node, entries);
    reach(Moment.AFTER_APPLY);
    return results;
  }

  @Override
  public long makeDurable() {
    long index = opened().makeDurable();
    reach(Moment.STATE_DURABLE);
    return index;
  }

  @Override
  public SnapshotReader openSnapshot() {
    return state.openSnapshot();
  }

  @Override
  public SnapshotWriter receiveSnapshot() {
    SnapshotWriter staging = opened().receiveSnapshot();
    return new SnapshotWriter() {
      @Override
      public void write(byte[] chunk) {
        staging.write(chunk);
        reach(Moment.SNAPSHOT_PART_STORED);
      }

      @Override
      public void install(byte[] label) {
        reach(Moment.BEFORE_INSTALL);
        opened();
        staging.install(label);
        safety.onInstalled(node, state.lastAppliedIndex());
        reach(Moment.AFTER_INSTALL);
      }

      @Override
      public void close() {
        staging.close();
      }
    };
  }

  @Override
  public Optional<byte[]> installedLabel() {
    return state.installedLabel();
  }
}
