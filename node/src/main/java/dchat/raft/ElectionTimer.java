package dchat.raft;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The randomised election timeout (paper, section 5.2). Fires once per {@link Restart}, and says
 * for which, so that a timeout that was already on its way when the timer restarted does no harm.
 */
final class ElectionTimer extends AbstractMatchingBehavior<ElectionTimer.Command> {

  sealed interface Command {}

  /** Forget the running timeout and draw a new one. */
  record Restart(long generation) implements Command {}

  private record Elapsed(long generation) implements Command {}

  static Behavior<Command> create(
      RaftSettings settings, RandomGenerator random, ActorRef<RaftActor.Command> raft) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ElectionTimer(context, settings, random, timers, raft)));
  }

  private final RaftSettings settings;
  private final RandomGenerator random;
  private final TimerScheduler<Command> timers;
  private final ActorRef<RaftActor.Command> raft;

  private ElectionTimer(
      ActorContext<Command> context,
      RaftSettings settings,
      RandomGenerator random,
      TimerScheduler<Command> timers,
      ActorRef<RaftActor.Command> raft) {
    super(context);
    this.settings = settings;
    this.random = random;
    this.timers = timers;
    this.raft = raft;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Restart(var generation) ->
          timers.startSingleTimer("election", new Elapsed(generation), draw());
      case Elapsed(var generation) -> raft.tell(new RaftActor.ElectionTimeout(generation));
    }
    return Behaviors.same();
  }

  private Duration draw() {
    return Duration.ofNanos(
        random.nextLong(
            settings.electionTimeoutMin().toNanos(), settings.electionTimeoutMax().toNanos()));
  }
}
