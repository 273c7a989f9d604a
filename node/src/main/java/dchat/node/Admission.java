package dchat.node;

import dchat.http.AdminToken;
import dchat.node.ClusterPages.Answer;
import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.RaftStatus;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks a running cluster to let this node in, and goes on asking until it is a member: the leader
 * may change, be busy with another change, or be out of reach. Asking twice is safe. Being made a
 * voter then is the leader's affair.
 */
final class Admission extends AbstractMatchingBehavior<Admission.Command> {
  static final String NAME = "admission";
  private static final int MAX_HOPS = 5;

  sealed interface Command {}

  private record Answered(URI node, Answer answer) implements Command {}

  private enum Timer implements Command {
    ASK
  }

  /** It will never be let in. */
  record Refused(String why) {}

  /**
   * @param nodes base URLs of nodes to ask, in this order
   * @param point where the cluster stood when this node found it
   * @param trust whose certificates are trusted
   * @param adminToken says that this node may be let in
   * @param status what this node knows now
   * @param replyTo hears {@link Refused}, or nothing
   */
  record Setup(
      Member self,
      List<URI> nodes,
      JoinPoint point,
      Optional<SSLContext> trust,
      Optional<AdminToken> adminToken,
      Supplier<RaftStatus> status,
      ActorRef<Refused> replyTo) {}

  /** Ends by itself once there is nothing more to ask for. */
  static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Admission(context, timers, setup)));
  }

  private final TimerScheduler<Command> timers;
  private final Setup setup;
  private final ClusterPages pages;
  private final RetryPace pace =
      new RetryPace(Duration.ofMillis(100), Duration.ofSeconds(2), RandomGenerator.getDefault());
  private int next;
  private int hops;

  private Admission(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    context.setLoggerName(Admission.class);
    this.timers = timers;
    this.setup = setup;
    pages = new ClusterPages(setup.trust(), setup.adminToken());
    again();
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Timer.ASK -> onAsk();
      case Answered(var node, var answer) -> onAnswered(node, answer);
    };
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      pages.close();
    }
    return this;
  }

  private Behavior<Command> onAsk() {
    RaftStatus status = setup.status().get();
    if (status.role() == RaftStatus.Role.RECOVERING) {
      again();
      return this;
    }
    if (status.removed() || isIn(status)) {
      return Behaviors.stopped();
    }
    hops = 0;
    ask(setup.nodes().get(next));
    return this;
  }

  /** Behind the join point its log can only name it because it was let in. */
  private boolean isIn(RaftStatus status) {
    return status.membership().find(self()).isPresent()
        && status.lastLogIndex() > setup.point().index();
  }

  private void ask(URI node) {
    boolean withoutData = setup.status().get().lastLogIndex() == 0;
    getContext()
        .pipeToSelf(
            pages.ask(node, setup.self(), withoutData),
            (answer, failure) -> new Answered(node, answer));
  }

  private Behavior<Command> onAnswered(URI node, Answer answer) {
    switch (answer) {
      case Answer.Done() -> {
        getContext()
            .getLog()
            .info("{} was let in by {}; it votes once it has caught up", self(), node);
        return Behaviors.stopped();
      }
      case Answer.Elsewhere(var leader) when hops < MAX_HOPS -> {
        hops++;
        ask(leader);
      }
      case Answer.Elsewhere(var leader) -> later(node + " redirects in a circle");
      case Answer.NotNow(var reason) -> later(node + " " + reason);
      case Answer.NotAllowed(var reason) ->
          later(
              "%s %s; on its machine, ./dchat cluster add %s --raft %s does it"
                  .formatted(node, reason, self(), setup.self().raftAddress()));
      // Entries came while this was on its way: the leader had let this node in already.
      case Answer.Refused(var reason) when setup.status().get().lastLogIndex() > 0 ->
          later(node + " " + reason);
      case Answer.Refused(var reason) -> {
        setup.replyTo().tell(new Refused("can't join: " + node + " " + reason));
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void later(String reason) {
    next = (next + 1) % setup.nodes().size();
    if (pace.isWorthSaying(reason)) {
      getContext().getLog().warn("{} isn't let in yet and keeps asking: {}", self(), reason);
    }
    again();
  }

  private void again() {
    timers.startSingleTimer(Timer.ASK, pace.next());
  }

  private NodeId self() {
    return setup.self().id();
  }
}
