package dchat.raft;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Feeds committed entries to the state machine, in order, and answers who waits for them. Runs on a
 * blocking dispatcher, so that the RaftActor never waits for SQL.
 */
final class Applier extends AbstractMatchingBehavior<Applier.Command> {

  sealed interface Command {}

  /** Apply these committed entries; one such message is under way at a time. */
  record Apply(List<LogEntry> entries) implements Command {}

  /** Tell each of them what becomes of its entry. */
  record Await(List<Waiter> waiters) implements Command {}

  /**
   * Who waits for the entry at {@code index}. An entry of another term there means that its own was
   * lost; index alone would hand it somebody else's result.
   */
  record Waiter(long index, long term, Consumer<RaftActor.ProposeReply> replyTo) {}

  /**
   * Nobody here will hear any more what becomes of entries behind {@code commitIndex}; those up to
   * it will still be applied and answered.
   */
  record LeadershipLost(long commitIndex, String reason) implements Command {}

  /**
   * Make what is applied durable, so that the log may be compacted. What fails is reported and
   * tried again until it works: a quiet cluster has no later occasion.
   */
  record MakeDurable() implements Command {}

  /** Stage this part of the leader's state; with the last one, install it. */
  record Store(PeerMessage.InstallSnapshot part) implements Command {}

  /** What it tells the RaftActor. */
  sealed interface Report extends RaftActor.Internal {}

  /**
   * How far the state machine is at the start.
   *
   * @param installed what it holds in the place of the log's beginning, if a snapshot was installed
   */
  record StateOpened(long appliedIndex, Optional<SnapshotMeta> installed) implements Report {}

  /** Entries up to this index are in the state machine. */
  record Applied(long index) implements Report {}

  /** The state machine couldn't be opened, or couldn't store a batch; it is tried again. */
  record ApplyFailed(String reason) implements Report {}

  /** What the state machine holds up to this index survives a power cut. */
  record StateDurable(long index) implements Report {}

  record StateNotDurable(String reason) implements Report {}

  /** A part of {@code leader}'s state is stored. */
  record ChunkStored(NodeId leader, long term, long image, long nextChunk) implements Report {}

  /** The state machine holds the state of this snapshot, durably, or a later one. */
  record SnapshotInstalled(NodeId leader, SnapshotMeta meta) implements Report {}

  /**
   * A part of a snapshot up to {@code lastIndex} couldn't be stored, or the whole not installed;
   * the leader goes on.
   */
  record SnapshotFailed(long lastIndex, String reason) implements Report {}

  private enum Attempt implements Command {
    OPEN,
    APPLY_AGAIN
  }

  /** Tells {@code raft} at once how far the state machine is, then after each batch. */
  static Behavior<Command> create(
      StateMachine stateMachine,
      RaftSettings settings,
      LongSupplier nanos,
      RaftMeter meter,
      ActorRef<RaftActor.Command> raft) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.getSelf().tell(Attempt.OPEN);
                  return new Applier(context, stateMachine, settings, nanos, meter, timers, raft);
                }));
  }

  private final StateMachine stateMachine;
  private final RaftSettings settings;
  private final LongSupplier nanos;
  private final RaftMeter meter;
  private final TimerScheduler<Command> timers;
  private final ActorRef<RaftActor.Command> raft;
  private final TreeMap<Long, Waiter> waiting = new TreeMap<>();
  private final SnapshotReceiver snapshots;
  private Optional<Apply> failed = Optional.empty();

  private Applier(
      ActorContext<Command> context,
      StateMachine stateMachine,
      RaftSettings settings,
      LongSupplier nanos,
      RaftMeter meter,
      TimerScheduler<Command> timers,
      ActorRef<RaftActor.Command> raft) {
    super(context);
    this.stateMachine = stateMachine;
    this.settings = settings;
    this.nanos = nanos;
    this.meter = meter;
    this.timers = timers;
    this.raft = raft;
    this.snapshots = new SnapshotReceiver(stateMachine);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Apply apply -> onApply(apply);
      case Await(var waiters) -> waiters.forEach(this::onAwait);
      case LeadershipLost(var commitIndex, var reason) -> onLeadershipLost(commitIndex, reason);
      case MakeDurable ignored -> onMakeDurable();
      case Store(var part) -> onStore(part);
      case Attempt.OPEN -> open();
      case Attempt.APPLY_AGAIN -> failed.ifPresent(this::onApply);
    }
    return Behaviors.same();
  }

  private void open() {
    try {
      Optional<SnapshotMeta> installed =
          stateMachine.installedLabel().map(label -> RaftCbor.read(label, SnapshotMeta.class));
      raft.tell(new StateOpened(stateMachine.lastAppliedIndex(), installed));
    } catch (RuntimeException e) {
      raft.tell(new ApplyFailed(Troubles.reason(e)));
      timers.startSingleTimer(Attempt.OPEN, settings.recoveryBackoff());
    }
  }

  private void onApply(Apply apply) {
    try {
      // The first of them may be in the state already: a snapshot was installed meanwhile, or a
      // batch was stored although its commit was reported as failed.
      long applied = stateMachine.lastAppliedIndex();
      resultsLost(applied);
      List<LogEntry> entries =
          apply.entries().getFirst().index() > applied
              ? apply.entries()
              : apply.entries().stream().filter(e -> e.index() > applied).toList();
      if (!entries.isEmpty()) {
        long begun = nanos.getAsLong();
        List<byte[]> results = stateMachine.apply(entries);
        meter.applied(entries.size(), nanos.getAsLong() - begun);
        for (int i = 0; i < results.size(); i++) {
          answer(entries.get(i), results.get(i));
        }
      }
    } catch (RuntimeException e) {
      onApplyFailed(apply, e);
      return;
    }
    failed = Optional.empty();
    raft.tell(new Applied(stateMachine.lastAppliedIndex()));
  }

  private void onMakeDurable() {
    try {
      raft.tell(new StateDurable(stateMachine.makeDurable()));
    } catch (RuntimeException e) {
      raft.tell(new StateNotDurable(Troubles.reason(e)));
      timers.startSingleTimer(new MakeDurable(), settings.recoveryBackoff());
    }
  }

  private void onStore(PeerMessage.InstallSnapshot part) {
    try {
      if (part.meta().lastIndex() <= stateMachine.lastAppliedIndex()) {
        raft.tell(new SnapshotInstalled(part.from(), part.meta()));
        return;
      }
      long nextChunk = snapshots.store(part);
      boolean complete = part.last() && nextChunk == part.chunk() + 1;
      if (complete) {
        snapshots.install(part.meta());
        resultsLost(part.meta().lastIndex());
        raft.tell(new SnapshotInstalled(part.from(), part.meta()));
      } else {
        raft.tell(new ChunkStored(part.from(), part.term(), part.image(), nextChunk));
      }
    } catch (RuntimeException e) {
      // The leader sends the part again, or begins again when it is told so.
      raft.tell(new SnapshotFailed(part.meta().lastIndex(), Troubles.reason(e)));
    }
  }

  /** Nothing of the batch was applied: keep it and try again, for the disk may get room. */
  private void onApplyFailed(Apply apply, RuntimeException e) {
    failed = Optional.of(apply);
    raft.tell(new ApplyFailed(Troubles.reason(e)));
    timers.startSingleTimer(Attempt.APPLY_AGAIN, settings.recoveryBackoff());
  }

  private void onAwait(Waiter newcomer) {
    Waiter earlier = waiting.put(newcomer.index(), newcomer);
    if (earlier != null) {
      earlier.replyTo().accept(unknown("its entry was replaced"));
    }
  }

  private void answer(LogEntry entry, byte[] result) {
    Waiter found = waiting.remove(entry.index());
    if (found != null) {
      found
          .replyTo()
          .accept(
              found.term() == entry.term()
                  ? new RaftActor.Committed(entry.index(), result)
                  : unknown("another leader's entry took its place"));
    }
  }

  private void onLeadershipLost(long commitIndex, String reason) {
    Map<Long, Waiter> uncommitted = waiting.tailMap(commitIndex, false);
    uncommitted.values().forEach(found -> found.replyTo().accept(unknown(reason)));
    uncommitted.clear();
  }

  /**
   * The state holds the effect of these entries, but what they returned is known to nobody here.
   */
  private void resultsLost(long upToIndex) {
    Map<Long, Waiter> applied = waiting.headMap(upToIndex, true);
    applied.values().forEach(found -> found.replyTo().accept(unknown("its result was lost")));
    applied.clear();
  }

  private static RaftActor.OutcomeUnknown unknown(String reason) {
    return new RaftActor.OutcomeUnknown(reason);
  }
}
