package dchat.raft;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
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

  /**
   * Tell {@code waiter} what becomes of the entry at {@code index}. An entry of another term there
   * means that its own was lost; index alone would hand it somebody else's result.
   */
  record Await(long index, long term, Consumer<RaftActor.ProposeReply> waiter) implements Command {}

  /**
   * Nobody here will hear any more what becomes of entries behind {@code commitIndex}; those up to
   * it will still be applied and answered.
   */
  record LeadershipLost(long commitIndex, String reason) implements Command {}

  private enum Retry implements Command {
    NOW
  }

  private record Waiting(long term, Consumer<RaftActor.ProposeReply> waiter) {}

  /** Tells {@code raft} at once how far the state machine is, then after each batch. */
  static Behavior<Command> create(
      StateMachine stateMachine, RaftSettings settings, ActorRef<RaftActor.Command> raft) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  raft.tell(new RaftActor.Applied(stateMachine.lastAppliedIndex()));
                  return new Applier(context, stateMachine, settings, timers, raft);
                }));
  }

  private final StateMachine stateMachine;
  private final RaftSettings settings;
  private final TimerScheduler<Command> timers;
  private final ActorRef<RaftActor.Command> raft;
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private Optional<Apply> failed = Optional.empty();

  private Applier(
      ActorContext<Command> context,
      StateMachine stateMachine,
      RaftSettings settings,
      TimerScheduler<Command> timers,
      ActorRef<RaftActor.Command> raft) {
    super(context);
    this.stateMachine = stateMachine;
    this.settings = settings;
    this.timers = timers;
    this.raft = raft;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Apply apply -> onApply(apply);
      case Await(var index, var term, var waiter) -> onAwait(index, new Waiting(term, waiter));
      case LeadershipLost(var commitIndex, var reason) -> onLeadershipLost(commitIndex, reason);
      case Retry ignored -> failed.ifPresent(this::onApply);
    }
    return Behaviors.same();
  }

  private void onApply(Apply apply) {
    List<byte[]> results;
    try {
      results = stateMachine.apply(apply.entries());
    } catch (RuntimeException e) {
      onApplyFailed(apply, e);
      return;
    }
    failed = Optional.empty();
    for (int i = 0; i < results.size(); i++) {
      answer(apply.entries().get(i), results.get(i));
    }
    raft.tell(new RaftActor.Applied(apply.entries().getLast().index()));
  }

  /** Nothing of the batch was applied: keep it and try again, for the disk may get room. */
  private void onApplyFailed(Apply apply, RuntimeException e) {
    if (failed.isEmpty()) {
      getContext().getLog().error("can't apply entries, will try again: {}", e.toString());
    }
    failed = Optional.of(apply);
    raft.tell(new RaftActor.ApplyFailed(String.valueOf(e.getMessage())));
    timers.startSingleTimer(Retry.NOW, settings.recoveryBackoff());
  }

  private void onAwait(long index, Waiting newcomer) {
    Waiting earlier = waiting.put(index, newcomer);
    if (earlier != null) {
      earlier.waiter().accept(unknown("its entry was replaced"));
    }
  }

  private void answer(LogEntry entry, byte[] result) {
    Waiting found = waiting.remove(entry.index());
    if (found != null) {
      found
          .waiter()
          .accept(
              found.term() == entry.term()
                  ? new RaftActor.Committed(entry.index(), result)
                  : unknown("another leader's entry took its place"));
    }
  }

  private void onLeadershipLost(long commitIndex, String reason) {
    Map<Long, Waiting> uncommitted = waiting.tailMap(commitIndex, false);
    uncommitted.values().forEach(found -> found.waiter().accept(unknown(reason)));
    uncommitted.clear();
  }

  private static RaftActor.OutcomeUnknown unknown(String reason) {
    return new RaftActor.OutcomeUnknown(reason);
  }
}
