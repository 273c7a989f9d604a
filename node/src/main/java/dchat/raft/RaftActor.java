package dchat.raft;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One replica's consensus: hands each message to its current role, becomes what the role returns,
 * and afterwards passes on what has come of it: a write to the journal, entries to apply, a new
 * status.
 *
 * <p>It isn't persistent itself, for a persistent actor is deaf while it writes: a slow disk would
 * silence the heartbeats and look like a dead node.
 */
public final class RaftActor extends AbstractMatchingBehavior<RaftActor.Command> {

  /** Everything a RaftActor understands. */
  public sealed interface Command permits PeerMessage, Request, Internal {}

  /** What the rest of the node asks of it. */
  public sealed interface Request extends Command {}

  /**
   * Asks for a command to be committed.
   *
   * @param command what the {@link StateMachine} will apply, already encoded
   * @param forward what a follower does with it: hand it to the leader ({@code true}), or answer
   *     {@link NotLeader}
   */
  public record Propose(byte[] command, boolean forward, ActorRef<ProposeReply> replyTo)
      implements Request {}

  /**
   * Asks for several commands to be committed, in this order and without another one of this node
   * between them as long as it leads. Each has an outcome of its own.
   *
   * @param forward as in {@link Propose}
   */
  public record ProposeAll(
      List<byte[]> commands, boolean forward, ActorRef<ProposeAllReply> replyTo)
      implements Request {}

  /** What became of each command of a {@link ProposeAll}, in its order. */
  public record ProposeAllReply(List<ProposeReply> replies) {}

  /** Asks for the members and how far each has come. */
  public record GetClusterView(ActorRef<ClusterView> replyTo) implements Request {}

  /**
   * Asks when a read of this node's state is linearizable: as fresh as anything acknowledged before
   * this message.
   */
  public record ReadIndex(ActorRef<ReadReply> replyTo) implements Request {}

  /** Asks when this node has applied {@code index}. */
  public record AwaitApplied(long index, ActorRef<ReadReply> replyTo) implements Request {}

  /**
   * Asks the leader to hand over.
   *
   * @param to whom; empty for the voter that has come furthest
   */
  public record TransferLeadership(Optional<NodeId> to, ActorRef<AdminReply> replyTo)
      implements Request {}

  /**
   * Asks for a new member; it starts as a learner and becomes a voter when it has caught up.
   *
   * @param withoutData whether the node itself says that its journal is empty
   */
  public record AddMember(
      NodeId id,
      String raftAddress,
      Optional<String> clientUrl,
      boolean withoutData,
      ActorRef<AdminReply> replyTo)
      implements Request {}

  /** Asks that a member be removed; the leader itself may be. */
  public record RemoveMember(NodeId id, ActorRef<AdminReply> replyTo) implements Request {}

  /** Whether a read may go on. */
  public sealed interface ReadReply {}

  /** Read now: the state holds what was asked for. */
  public record ReadReady(long appliedIndex) implements ReadReply {}

  /** It can't be answered as fresh as it was wanted. */
  public record ReadRefused(ReadRefusal why, String reason) implements ReadReply {}

  /** Why a read may not go on. */
  public enum ReadRefusal {
    /** No leader, sure of a majority, told from which index on it is fresh. */
    NOT_CONFIRMED,
    /** This node hasn't applied that index in time. */
    BEHIND
  }

  /** What became of an operation on the cluster itself. */
  public sealed interface AdminReply {}

  /**
   * It is done (or was already).
   *
   * @param leader who leads now, if that is what was asked
   */
  public record Done(String what, Optional<NodeId> leader) implements AdminReply {}

  /** It wasn't done. */
  public record Refused(Refusal why, String reason) implements AdminReply {}

  /** Why an operation on the cluster wasn't done. */
  public enum Refusal {
    /** Another change has to commit first; safe to try again. */
    CHANGE_UNDER_WAY,
    MEMBER_EXISTS,
    LAST_VOTER,
    /** Who isn't a voter can't lead. */
    NOT_A_VOTER,
    TRANSFER_FAILED,
    /** It was begun, and may or may not take effect. */
    OUTCOME_UNKNOWN
  }

  /** What became of a proposal. */
  public sealed interface ProposeReply {}

  /**
   * Committed and applied on this node (on the leader, if it was forwarded).
   *
   * @param result what the state machine returned for it
   */
  public record Committed(long index, byte[] result) implements ProposeReply {}

  /** Not proposed here: this node isn't the leader. Safe to send again, here or elsewhere. */
  public record NotLeader(Optional<Member> leader) implements ProposeReply, AdminReply {}

  /** Not proposed: as much is in flight already as the settings allow. Safe to send again. */
  public record Overloaded(String reason) implements ProposeReply {}

  /** Proposed, but nobody here can say any more whether it is or will be committed. */
  public record OutcomeUnknown(String reason) implements ProposeReply {}

  /**
   * The cluster as this node sees it.
   *
   * @param peers what the leader knows of each other member; empty on a node that isn't leader
   */
  public record ClusterView(RaftStatus status, List<PeerProgress> peers) {}

  /**
   * How far a peer has come, as its leader knows it.
   *
   * @param matchIndex highest index known to be durable there
   * @param lastContactMillis milliseconds since its last answer in this term; empty if none yet
   */
  public record PeerProgress(NodeId id, long matchIndex, Optional<Long> lastContactMillis) {}

  /** What its own children and timers tell it. */
  sealed interface Internal extends Command
      permits Applier.Report, Replicator.Question, ElectionTimeout, FromJournal, Reminder {}

  record ElectionTimeout(long generation) implements Internal {}

  private record FromJournal(Journal.Reply reply) implements Internal {}

  private enum Reminder implements Internal {
    TICK,
    RESTART_JOURNAL,
    /** Comes behind every message that waited when it was sent. */
    SETTLE
  }

  /**
   * What one replica is made of.
   *
   * @param raftAddress where peers reach this node, {@code host:port}
   * @param clientUrl where clients reach this node
   * @param bootstrap the members before the log names any
   * @param joinPoint for a node that began without data in a cluster that ran already
   * @param journal makes the journal that tells its news to the given reference
   * @param monotonicNanos a clock that never jumps, in nanoseconds
   * @param wallClock for the time stamped into entries
   * @param onStatus hears every change of status, on the actor's thread
   * @param meter hears what takes how long
   */
  public record Setup(
      RaftSettings settings,
      NodeId self,
      String cluster,
      String raftAddress,
      String clientUrl,
      Membership bootstrap,
      Optional<JoinPoint> joinPoint,
      Function<ActorRef<Journal.Reply>, Behavior<Journal.Command>> journal,
      StateMachine stateMachine,
      PeerTransport transport,
      LongSupplier monotonicNanos,
      InstantSource wallClock,
      RandomGenerator random,
      Consumer<RaftStatus> onStatus,
      RaftMeter meter) {}

  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RaftActor(context, timers, setup)));
  }

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Replica replica;
  private final Troubles troubles;
  private final Leaderless leaderless;
  private final Journaling journaling;
  private final Applying applying;
  private Role role;
  private Optional<RaftStatus> published = Optional.empty();
  private boolean settling;

  private RaftActor(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    context.setLoggerName(RaftActor.class);
    this.setup = setup;
    this.timers = timers;
    ActorRef<ElectionTimer.Command> electionTimer =
        context.spawn(
            ElectionTimer.create(setup.settings(), setup.random(), context.getSelf()),
            "election-timer");
    ActorRef<Applier.Command> applier =
        context.spawn(
            Applier.create(
                setup.stateMachine(),
                setup.settings(),
                setup.monotonicNanos(),
                setup.meter(),
                context.getSelf()),
            "applier",
            DispatcherSelector.fromConfig(setup.settings().blockingDispatcher()));
    this.replica = new Replica(context, setup, electionTimer, applier);
    context.watch(applier);
    this.troubles = new Troubles(replica, context.getLog());
    this.leaderless = new Leaderless(replica, context.getLog());
    this.role = new Recovering(replica, "reads its journal");
    ActorRef<Journal.Reply> replies = context.messageAdapter(Journal.Reply.class, FromJournal::new);
    this.journaling = new Journaling(context, setup, replica, troubles, replies);
    this.applying = new Applying(replica, journaling, troubles);
    timers.startTimerWithFixedDelay(Reminder.TICK, setup.settings().heartbeatInterval());
    publishStatus();
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case PeerMessage message -> onPeerMessage(message);
      case Propose(var bytes, var forward, var replyTo) ->
          role.onPropose(bytes, forward, replyTo::tell);
      case ProposeAll(var commands, var forward, var replyTo) -> {
        var outcomes = new GatheredOutcomes(commands.size(), replyTo);
        for (int i = 0; i < commands.size(); i++) {
          role.onPropose(commands.get(i), forward, outcomes.of(i));
        }
      }
      case ReadIndex(var replyTo) -> role.onReadIndex(replyTo::tell);
      case AwaitApplied(var index, var replyTo) -> replica.awaitApplied(index, replyTo::tell);
      case TransferLeadership request -> role.onTransfer(request);
      case AddMember request -> role.onAddMember(request);
      case RemoveMember request -> role.onRemoveMember(request);
      case Replicator.ReadLog question -> role.onReadLog(question);
      case FromJournal(var reply) -> become(journaling.onReply(reply, role));
      case Replicator.DescribeSnapshot question -> role.onDescribeSnapshot(question);
      case Applier.Report report -> become(applying.onReport(report, role));
      case ElectionTimeout timeout -> {
        if (replica.isCurrentTimeout(timeout)) {
          become(role.onElectionTimeout());
        }
      }
      case Reminder.TICK -> {
        replica.expire();
        role.askForReadIndex();
        become(role.onTick());
        leaderless.onTick(role);
      }
      case Reminder.RESTART_JOURNAL -> journaling.restart();
      case GetClusterView(var replyTo) -> replyTo.tell(new ClusterView(status(), role.progress()));
      case Reminder.SETTLE -> settle();
    }
    settleSoon();
    publishStatus();
    return Behaviors.same();
  }

  /**
   * What messages bring about is passed on behind those that wait already: a crowd of proposals
   * makes one write and one AppendEntries per peer, while a single one doesn't wait for anything.
   */
  private void settleSoon() {
    boolean due = role.hasToHandOn() || replica.persistent().mayWrite() || applying.mayApply(role);
    if (due && !settling) {
      settling = true;
      getContext().getSelf().tell(Reminder.SETTLE);
    }
  }

  private void settle() {
    settling = false;
    role.handOn();
    journaling.write();
    applying.applyCommitted(role);
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated terminated) {
      onTerminated(terminated);
    }
    return Behaviors.same();
  }

  private void onTerminated(Terminated terminated) {
    if (terminated.getRef().equals(replica.applier())) {
      // Only an error that is no failure of the disk ends it. Without it nothing would be applied.
      throw new IllegalStateException("lost its applier", causeOf(terminated).orElse(null));
    }
    if (journaling.uses(terminated.getRef())) {
      onJournalFailed(causeOf(terminated).map(Troubles::reason).orElse("it stopped"));
    }
  }

  private void onJournalFailed(String reason) {
    become(journaling.onFailed(reason));
    timers.startSingleTimer(Reminder.RESTART_JOURNAL, setup.settings().recoveryBackoff());
    publishStatus();
  }

  private static Optional<Throwable> causeOf(Terminated terminated) {
    return terminated instanceof ChildFailed failed
        ? Optional.of(failed.getCause())
        : Optional.empty();
  }

  private void onPeerMessage(PeerMessage message) {
    boolean ofThisCluster = message.cluster().equals(setup.cluster());
    boolean ownEcho = message.from().equals(setup.self());
    if (ofThisCluster && !ownEcho) {
      leaderless.onPeerMessage(message);
      become(role.onPeerMessage(message));
    }
  }

  // --- role and status

  private void become(Role next) {
    if (next != role) {
      role.leave();
      boolean worthTelling = next.name() != role.name();
      role = next;
      if (worthTelling) {
        getContext()
            .getLog()
            .info(
                "{} became {} for term {} ({})",
                setup.self(),
                next.name(),
                replica.term(),
                next.reason());
      }
    }
  }

  private RaftStatus status() {
    return new RaftStatus(
        setup.self(),
        role.name(),
        replica.term(),
        replica.leaderMember(),
        replica.log().lastIndex(),
        replica.commitIndex(),
        replica.heardCommitIndex(),
        replica.appliedIndex(),
        replica.membershipWithUrls(),
        replica.isRemoved(),
        troubles.worst());
  }

  private void publishStatus() {
    RaftStatus now = status();
    if (!published.equals(Optional.of(now))) {
      published = Optional.of(now);
      setup.onStatus().accept(now);
    }
  }
}
