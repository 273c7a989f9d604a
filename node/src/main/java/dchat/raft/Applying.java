package dchat.raft;

import java.util.List;

/**
 * The RaftActor's side of its {@link Applier}: decides what may be applied, compacted or installed
 * now, and acts on what came of it. Changed only by the {@link RaftActor}, on its thread; what it
 * returns is the role to go on with.
 */
final class Applying {
  private final Replica replica;
  private final Journaling journaling;
  private final Troubles troubles;
  private final Compaction compaction;

  /** Under way; empty when the applier is idle. */
  private List<LogEntry> applying = List.of();

  /** Last index of the newest snapshot of which a part couldn't be stored. */
  private long unstoredIndex;

  Applying(Replica replica, Journaling journaling, Troubles troubles) {
    this.replica = replica;
    this.journaling = journaling;
    this.troubles = troubles;
    this.compaction = new Compaction(replica.settings());
  }

  /**
   * Hands on what is committed, one batch at a time, so that batches grow while SQL is busy. Never
   * more than this node holds durably itself: its state must not outrun its own journal.
   */
  void applyCommitted(Role role) {
    if (mayApply(role)) {
      int atMost = replica.settings().maxApplyEntries();
      long from = replica.appliedIndex() + 1;
      applying = replica.log().slice(from, appliable(), Integer.MAX_VALUE, atMost);
      role.awaitOutcomes();
      replica.applier().tell(new Applier.Apply(applying));
    }
  }

  boolean mayApply(Role role) {
    boolean idle = !(role instanceof Recovering) && applying.isEmpty();
    return idle && replica.appliedIndex() < appliable();
  }

  private long appliable() {
    return Math.min(replica.commitIndex(), replica.persistent().durableIndex());
  }

  Role onReport(Applier.Report report, Role role) {
    return switch (report) {
      case Applier.StateOpened opened -> {
        stateWorks();
        yield journaling.onStateOpened(opened, role);
      }
      case Applier.Applied(var index) -> onApplied(index, role);
      case Applier.ApplyFailed(var reason) -> onApplyFailed(reason, role);
      case Applier.StateDurable(var index) -> {
        onStateDurable(index, role);
        yield role;
      }
      case Applier.StateNotDurable(var reason) -> {
        troubles.begin(Troubles.Kind.COMPACTION, reason);
        yield role;
      }
      case Applier.ChunkStored stored -> {
        troubles.end(Troubles.Kind.SNAPSHOT);
        role.onChunkStored(stored);
        yield role;
      }
      case Applier.SnapshotInstalled installed -> onSnapshotInstalled(installed, role);
      case Applier.SnapshotFailed(var lastIndex, var reason) -> {
        unstoredIndex = Math.max(unstoredIndex, lastIndex);
        troubles.begin(Troubles.Kind.SNAPSHOT, reason);
        yield role;
      }
    };
  }

  private Role onApplied(long index, Role role) {
    List<LogEntry> done = applying;
    applying = List.of();
    replica.appliedUpTo(index);
    stateWorks();
    if (index >= unstoredIndex) {
      // What the snapshot would have brought came as entries, from a leader that has them still.
      troubles.end(Troubles.Kind.SNAPSHOT);
    }
    Role next = role.onApplied(done);
    compactIfDue(next);
    return next;
  }

  /** Who can't apply can't answer; whoever can should lead. */
  private Role onApplyFailed(String reason, Role role) {
    troubles.begin(Troubles.Kind.STATE, reason);
    replica.mayLead(false);
    return role.onTrouble("can't apply entries");
  }

  private void stateWorks() {
    troubles.end(Troubles.Kind.STATE);
    replica.mayLead(true);
  }

  /** Compaction begins with making durable what the log would otherwise have to keep. */
  private void compactIfDue(Role role) {
    boolean due =
        compaction.isDue(replica.log())
            && !(role instanceof Recovering)
            && compaction
                .upTo(replica.log(), Math.min(replica.appliedIndex(), role.compactionLimit()))
                .isPresent();
    if (due) {
      compaction.begin();
      replica.applier().tell(new Applier.MakeDurable());
    }
  }

  private void onStateDurable(long index, Role role) {
    troubles.end(Troubles.Kind.COMPACTION);
    compaction.end();
    if (!(role instanceof Recovering)) {
      long held = Math.min(index, replica.persistent().durableIndex());
      compaction
          .upTo(replica.log(), Math.min(held, role.compactionLimit()))
          .ifPresent(replica.persistent()::compactTo);
    }
  }

  private Role onSnapshotInstalled(Applier.SnapshotInstalled installed, Role role) {
    troubles.end(Troubles.Kind.SNAPSHOT);
    SnapshotMeta meta = installed.meta();
    boolean news = meta.lastIndex() > replica.appliedIndex();
    if (news) {
      journaling.stateInstalled(meta);
    }
    if (role instanceof Recovering && !journaling.isProving()) {
      return role;
    }
    if (news) {
      replica.persistent().install(meta);
      replica.advanceCommit(meta.lastIndex());
      replica.appliedUpTo(meta.lastIndex());
    }
    return role.onSnapshotInstalled(installed);
  }
}
