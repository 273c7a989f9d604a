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
import org.apache.pekko.actor.typed.SupervisorStrategy;
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
      Consumer<RaftStatus> onStatus) {}

  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RaftActor(context, timers, setup)));
  }

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Replica replica;
  private final Compaction compaction;
  private final Troubles troubles;
  private final Leaderless leaderless;
  private final ActorRef<Journal.Reply> journalReplies;
  private ActorRef<Journal.Command> journal;
  private Role role;
  private Optional<Journal.Recovered> recovered = Optional.empty();
  private Optional<Applier.StateOpened> stateOpened = Optional.empty();
  private List<LogEntry> applying = List.of();

  /** The journal was read again after a failure, and a write is under way that proves its disk. */
  private boolean provingJournal;

  private Optional<RaftStatus> published = Optional.empty();
  private int journalStarts;
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
            Applier.create(setup.stateMachine(), setup.settings(), context.getSelf()),
            "applier",
            DispatcherSelector.fromConfig(setup.settings().blockingDispatcher()));
    this.replica = new Replica(context, setup, electionTimer, applier);
    context.watch(applier);
    this.compaction = new Compaction(setup.settings());
    this.troubles = new Troubles(replica, context.getLog());
    this.leaderless = new Leaderless(replica, context.getLog());
    this.role = new Recovering(replica, "reads its journal");
    this.journalReplies = context.messageAdapter(Journal.Reply.class, FromJournal::new);
    this.journal = startJournal();
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
      case FromJournal(var reply) -> onJournalReply(reply);
      case Replicator.DescribeSnapshot question -> role.onDescribeSnapshot(question);
      case Applier.Report report -> onReport(report);
      case ElectionTimeout timeout -> {
        if (replica.isCurrentTimeout(timeout)) {
          become(role.onElectionTimeout());
        }
      }
      case Reminder.TICK -> {
        replica.expire();
        become(role.onTick());
        leaderless.onTick(role);
      }
      case Reminder.RESTART_JOURNAL -> journal = startJournal();
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
    boolean due = role.hasToHandOn() || replica.persistent().mayWrite() || mayApply();
    if (due && !settling) {
      settling = true;
      getContext().getSelf().tell(Reminder.SETTLE);
    }
  }

  private void settle() {
    settling = false;
    role.handOn();
    writeJournal();
    applyCommitted();
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
    if (terminated.getRef().equals(journal)) {
      onJournalFailed(causeOf(terminated).map(Troubles::reason).orElse("it stopped"));
    }
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

  // --- journal

  private ActorRef<Journal.Command> startJournal() {
    ActorRef<Journal.Command> started =
        getContext()
            .spawn(
                Behaviors.supervise(setup.journal().apply(journalReplies))
                    .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false)),
                "journal-" + ++journalStarts);
    getContext().watch(started);
    return started;
  }

  private void onJournalReply(Journal.Reply reply) {
    switch (reply) {
      case Journal.Recovered all -> {
        recovered = Optional.of(all);
        beginWhenRecovered();
      }
      case Journal.Durable(var number) -> {
        if (!replica.persistent().completed(number)) {
          return;
        }
        if (provingJournal) {
          takePart();
        } else {
          become(role.onDurable());
        }
      }
    }
  }

  /** Whether the last write is on disk nobody knows; only reading the journal again can tell. */
  private void onJournalFailed(String reason) {
    troubles.begin(Troubles.Kind.JOURNAL, reason);
    provingJournal = false;
    replica.leaderUnknown("the journal failed");
    become(new Recovering(replica, "its journal failed"));
    timers.startSingleTimer(Reminder.RESTART_JOURNAL, setup.settings().recoveryBackoff());
    publishStatus();
  }

  private void beginWhenRecovered() {
    if (recovered.isEmpty() || stateOpened.isEmpty()) {
      return;
    }
    Journal.Recovered all = recovered.get();
    PersistentState persistent =
        new PersistentState(
            all.term(), all.votedFor(), all.log(), replica.persistent().lastWriteNumber());
    // The state is installed before the journal hears of it; a crash in between is mended here.
    stateOpened
        .flatMap(Applier.StateOpened::installed)
        .filter(meta -> !all.log().holds(meta))
        .ifPresent(persistent::install);
    long applied = Math.max(stateOpened.get().appliedIndex(), replica.appliedIndex());
    RaftLog log = persistent.log();
    if (applied > log.lastIndex() || applied < log.baseIndex()) {
      troubles.begin(
          Troubles.Kind.DATA,
          "its state holds entries up to %d but its journal those from %d to %d: they are not of one node or time"
              .formatted(applied, log.baseIndex() + 1, log.lastIndex()));
      return;
    }
    replica.recover(persistent, applied);
    setup
        .joinPoint()
        .map(JoinPoint::term)
        .filter(term -> term > persistent.currentTerm())
        .ifPresent(persistent::advanceTerm);
    recovered = Optional.empty();
    if (troubles.has(Troubles.Kind.JOURNAL)) {
      // A full disk can be read. Only a write shows that it takes writes again.
      persistent.writeTermAgain();
      provingJournal = true;
    } else {
      takePart();
    }
  }

  private void takePart() {
    provingJournal = false;
    troubles.end(Troubles.Kind.JOURNAL);
    replica.restartElectionTimer();
    become(new Follower(replica, "journal read up to entry " + replica.log().lastIndex()));
  }

  private void writeJournal() {
    replica
        .persistent()
        .nextWrite()
        .ifPresent(write -> journal.tell(new Journal.Write(write.number(), write.events())));
  }

  // --- state machine

  private void onReport(Applier.Report report) {
    switch (report) {
      case Applier.StateOpened opened -> {
        stateOpened = Optional.of(opened);
        stateWorks();
        beginWhenRecovered();
      }
      case Applier.Applied(var index) -> onApplied(index);
      case Applier.ApplyFailed(var reason) -> onApplyFailed(reason);
      case Applier.StateDurable(var index) -> onStateDurable(index);
      case Applier.StateNotDurable(var reason) -> {
        troubles.begin(Troubles.Kind.COMPACTION, reason);
        compaction.end();
      }
      case Applier.ChunkStored stored -> {
        troubles.end(Troubles.Kind.SNAPSHOT);
        role.onChunkStored(stored);
      }
      case Applier.SnapshotInstalled installed -> onSnapshotInstalled(installed);
      case Applier.SnapshotFailed(var reason) -> troubles.begin(Troubles.Kind.SNAPSHOT, reason);
    }
  }

  /**
   * Hands on what is committed, one batch at a time, so that batches grow while SQL is busy. Never
   * more than this node holds durably itself: its state must not outrun its own journal.
   */
  private void applyCommitted() {
    if (mayApply()) {
      int atMost = setup.settings().maxApplyEntries();
      long from = replica.appliedIndex() + 1;
      applying = replica.log().slice(from, appliable(), Integer.MAX_VALUE, atMost);
      replica.applier().tell(new Applier.Apply(applying));
    }
  }

  private boolean mayApply() {
    boolean idle = !(role instanceof Recovering) && applying.isEmpty();
    return idle && replica.appliedIndex() < appliable();
  }

  private long appliable() {
    return Math.min(replica.commitIndex(), replica.persistent().durableIndex());
  }

  private void onApplied(long index) {
    List<LogEntry> done = applying;
    applying = List.of();
    replica.appliedUpTo(index);
    stateWorks();
    become(role.onApplied(done));
    compactIfDue();
  }

  /** Who can't apply can't answer; whoever can should lead. */
  private void onApplyFailed(String reason) {
    troubles.begin(Troubles.Kind.STATE, reason);
    replica.mayLead(false);
    become(role.onTrouble("can't apply entries"));
  }

  private void stateWorks() {
    troubles.end(Troubles.Kind.STATE);
    replica.mayLead(true);
  }

  /** Compaction begins with making durable what the log would otherwise have to keep. */
  private void compactIfDue() {
    if (compaction.isDue(replica.log()) && !(role instanceof Recovering)) {
      compaction.begin();
      replica.applier().tell(new Applier.MakeDurable());
    }
  }

  private void onStateDurable(long index) {
    troubles.end(Troubles.Kind.COMPACTION);
    compaction.end();
    if (!(role instanceof Recovering)) {
      long held = Math.min(index, replica.persistent().durableIndex());
      compaction
          .upTo(replica.log(), Math.min(held, role.compactionLimit()))
          .ifPresent(replica.persistent()::compactTo);
    }
  }

  private void onSnapshotInstalled(Applier.SnapshotInstalled installed) {
    troubles.end(Troubles.Kind.SNAPSHOT);
    SnapshotMeta meta = installed.meta();
    boolean news = meta.lastIndex() > replica.appliedIndex();
    if (news) {
      // For when the journal is read again before, or because, it doesn't hold this.
      stateOpened = Optional.of(new Applier.StateOpened(meta.lastIndex(), Optional.of(meta)));
    }
    if (role instanceof Recovering && !provingJournal) {
      return;
    }
    if (news) {
      replica.persistent().install(meta);
      replica.advanceCommit(meta.lastIndex());
      replica.appliedUpTo(meta.lastIndex());
    }
    become(role.onSnapshotInstalled(installed));
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
