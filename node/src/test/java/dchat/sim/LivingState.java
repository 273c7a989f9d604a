package dchat.sim;

import dchat.raft.LogEntry;
import dchat.raft.NodeId;
import dchat.raft.StateMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A node's state as one incarnation of it has it open: watched, and out of reach once that
 * incarnation is dead.
 */
final class LivingState implements StateMachine {
  private final SimulatedStateMachine state;
  private final Safety safety;
  private final NodeId node;
  private final BooleanSupplier isDead;

  LivingState(SimulatedStateMachine state, Safety safety, NodeId node, BooleanSupplier isDead) {
    this.state = state;
    this.safety = safety;
    this.node = node;
    this.isDead = isDead;
  }

  private SimulatedStateMachine opened() {
    if (isDead.getAsBoolean()) {
      throw new IllegalStateException("the node is dead");
    }
    return state;
  }

  @Override
  public long lastAppliedIndex() {
    return state.lastAppliedIndex();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    List<byte[]> results = opened().apply(entries);
    safety.onApplied(node, entries);
    return results;
  }

  @Override
  public long makeDurable() {
    return opened().makeDurable();
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
      }

      @Override
      public void install(byte[] label) {
        opened();
        staging.install(label);
        safety.onInstalled(node, state.lastAppliedIndex());
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
