package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One real RaftActor, named "self", whose peers "a" to "d" and whose journal are played by the
 * test: nothing is durable before the test says so, and time passes only when it says so.
 */
final class ReplicaFixture {
  static final NodeId SELF = new NodeId("self");
  static final NodeId A = new NodeId("a");
  static final NodeId B = new NodeId("b");
  static final String CLUSTER = "test";
  static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

  record Sent(NodeId to, PeerMessage message) {}

  /** Makes the journal fail as a full disk does. */
  private static final Journal.Command CRASH = new Journal.Write(-1, List.of());

  private final ActorTestKit testKit;
  final ManualClock clock;
  final TestProbe<Sent> sent;
  final TestProbe<Journal.Command> journal;
  final AtomicReference<ActorRef<Journal.Reply>> journalReplies = new AtomicReference<>();
  final AtomicReference<ActorRef<Journal.Command>> journalActor = new AtomicReference<>();
  final AtomicReference<RaftStatus> status = new AtomicReference<>();
  final RecordingStateMachine stateMachine = new RecordingStateMachine();
  final RecordingMeter meter = new RecordingMeter();
  private final AtomicReference<Gate> busy = new AtomicReference<>();
  final Failpoints failpoints;
  final Membership membership;
  private final Optional<JoinPoint> joinPoint;
  private final String ownSettings;
  final ActorRef<RaftActor.Command> raft;

  /** A replica of three whose journal says this when it starts. */
  ReplicaFixture(
      ActorTestKit testKit, ManualClock clock, long term, NodeId votedFor, LogEntry... log) {
    this(testKit, clock, membershipOf(SELF, A, B), term, votedFor, log);
  }

  ReplicaFixture(
      ActorTestKit testKit,
      ManualClock clock,
      Membership membership,
      long term,
      NodeId votedFor,
      LogEntry... log) {
    this(testKit, clock, membership, new Failpoints());
    recoverFrom(term, votedFor, log);
  }

  /** One whose journal hasn't said anything yet. */
  ReplicaFixture(
      ActorTestKit testKit, ManualClock clock, Membership membership, Failpoints failpoints) {
    this(testKit, clock, membership, Optional.empty(), failpoints);
  }

  ReplicaFixture(
      ActorTestKit testKit,
      ManualClock clock,
      Membership membership,
      Optional<JoinPoint> joinPoint,
      Failpoints failpoints) {
    this(testKit, clock, membership, joinPoint, failpoints, "");
  }

  /**
   * @param ownSettings what differs from the defaults of {@code dchat.raft}, as HOCON
   */
  ReplicaFixture(
      ActorTestKit testKit,
      ManualClock clock,
      Membership membership,
      Optional<JoinPoint> joinPoint,
      Failpoints failpoints,
      String ownSettings) {
    this.ownSettings = ownSettings;
    this.testKit = testKit;
    this.clock = clock;
    this.membership = membership;
    this.joinPoint = joinPoint;
    this.failpoints = failpoints;
    sent = testKit.createTestProbe();
    journal = testKit.createTestProbe();
    raft = testKit.spawn(RaftActor.create(setup()));
    awaitStatus(s -> journalReplies.get() != null);
  }

  /** Lets the journal that was started last say what it holds. */
  void recoverFrom(long term, NodeId votedFor, LogEntry... log) {
    tellRecovered(term, votedFor, log);
    awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER);
  }

  /**
   * The same after the journal failed: lets the pause pass, and the write succeed by which the
   * replica finds out whether the disk works.
   */
  void recoverAgainFrom(long term, NodeId votedFor, LogEntry... log) {
    restartJournal();
    tellRecovered(term, votedFor, log);
    makeDurable();
    awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER);
  }

  /** Lets the pause after a failure of the journal pass. */
  void restartJournal() {
    journalActor.set(null);
    clock.advance(settings().recoveryBackoff());
    awaitStatus(s -> journalActor.get() != null);
  }

  void tellRecovered(long term, NodeId votedFor, LogEntry... log) {
    RaftLog recovered = new RaftLog(membership);
    recovered.append(List.of(log));
    journalReplies
        .get()
        .tell(new Journal.Recovered(term, Optional.ofNullable(votedFor), recovered));
  }

  RaftSettings settings() {
    return RaftSettings.from(
        ConfigFactory.parseString(ownSettings)
            .withFallback(ConfigFactory.load().getConfig("dchat.raft")));
  }

  private RaftActor.Setup setup() {
    return new RaftActor.Setup(
        settings(),
        SELF,
        CLUSTER,
        "self:1",
        "http://self",
        membership,
        joinPoint,
        replyTo -> {
          journalReplies.set(replyTo);
          return Behaviors.setup(
              context -> {
                journalActor.set(context.getSelf());
                return Behaviors.receiveMessage(
                    command -> {
                      if (command == CRASH) {
                        throw new Failpoints.DiskError();
                      }
                      journal.ref().tell(command);
                      return Behaviors.same();
                    });
              });
        },
        new FaultyStateMachine(stateMachine, failpoints),
        this::onSend,
        clock,
        () -> Instant.ofEpochMilli(1_000),
        new Random(1),
        status::set,
        meter);
  }

  private void onSend(Member to, PeerMessage message) {
    sent.ref().tell(new Sent(to.id(), message));
    if (message instanceof PeerMessage.PreVoteReply) {
      Gate gate = busy.getAndSet(null);
      if (gate != null) {
        gate.hold();
      }
    }
  }

  /** Does something while the replica's own thread is held up in a message. */
  void whileBusy(Runnable action) {
    Gate gate = new Gate(new CountDownLatch(1), new CountDownLatch(1));
    busy.set(gate);
    preVoteRequest(B, 0, 0, 0);
    gate.awaitHeld();
    action.run();
    gate.released().countDown();
  }

  private record Gate(CountDownLatch held, CountDownLatch released) {
    void hold() {
      held.countDown();
      await(released);
    }

    void awaitHeld() {
      await(held);
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Membership membershipOf(NodeId... ids) {
    return new Membership(
        Arrays.stream(ids)
            .map(id -> Member.voter(id, id + ":1").withClientUrl("http://" + id))
            .toList());
  }

  static LogEntry entry(long index, long term) {
    return entry(index, term, "i" + index + "t" + term);
  }

  static LogEntry entry(long index, long term, String command) {
    return new LogEntry(
        index, term, 0, LogEntry.Kind.COMMAND, command.getBytes(StandardCharsets.UTF_8));
  }

  void awaitStatus(Predicate<RaftStatus> condition) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(5),
            Duration.ofMillis(2),
            () -> {
              assertThat(status.get()).isNotNull();
              assertThat(condition.test(status.get())).as("status %s", status.get()).isTrue();
              return null;
            });
  }

  /** The next write the replica hands to its journal. */
  Journal.Write expectWrite() {
    return journal.expectMessageClass(Journal.Write.class);
  }

  void durable(Journal.Write write) {
    journalReplies.get().tell(new Journal.Durable(write.number()));
  }

  void failJournal() {
    journalActor.get().tell(CRASH);
  }

  /** Completes the next write. */
  Journal.Write makeDurable() {
    Journal.Write write = expectWrite();
    durable(write);
    return write;
  }

  /** The next message of that kind; others before it are passed over. */
  <M extends PeerMessage> M expect(Class<M> type, NodeId to) {
    return type.cast(
        sent.fishForMessage(
                Duration.ofSeconds(5),
                s ->
                    type.isInstance(s.message()) && s.to().equals(to)
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .getLast()
            .message());
  }

  /**
   * Asserts that everything said so far has been handled and that no message of that kind came of
   * it.
   */
  void expectNone(Class<? extends PeerMessage> type) {
    settle();
    Sent marker = new Sent(SELF, new PeerMessage.VoteReply("marker", SELF, 0, false));
    sent.ref().tell(marker);
    for (Sent next = sent.receiveMessage(); next != marker; next = sent.receiveMessage()) {
      assertThat(next.message()).isNotInstanceOf(type);
    }
  }

  /** Waits until the replica has handled everything it was sent, and what that has led to. */
  RaftActor.ClusterView settle() {
    askView();
    // What is passed on at the end of a burst comes behind the first question.
    return askView();
  }

  private RaftActor.ClusterView askView() {
    TestProbe<RaftActor.ClusterView> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.GetClusterView(probe.ref()));
    return probe.receiveMessage();
  }

  void tell(PeerMessage message) {
    raft.tell(message);
  }

  void preVoteRequest(NodeId from, long electionTerm, long lastIndex, long lastTerm) {
    tell(
        new PeerMessage.PreVoteRequest(
            CLUSTER, from, electionTerm - 1, electionTerm, lastIndex, lastTerm, from + ":1"));
  }

  void voteRequest(NodeId from, long term, long lastIndex, long lastTerm) {
    tell(new PeerMessage.VoteRequest(CLUSTER, from, term, lastIndex, lastTerm, false, from + ":1"));
  }

  void voteRequestOfTransfer(NodeId from, long term, long lastIndex, long lastTerm) {
    tell(new PeerMessage.VoteRequest(CLUSTER, from, term, lastIndex, lastTerm, true, from + ":1"));
  }

  void voteReply(NodeId from, long term, boolean granted) {
    tell(new PeerMessage.VoteReply(CLUSTER, from, term, granted));
  }

  void appendEntries(
      NodeId leader, long term, long prevIndex, long prevTerm, long commit, LogEntry... entries) {
    tell(
        new PeerMessage.AppendEntries(
            CLUSTER,
            leader,
            term,
            prevIndex,
            prevTerm,
            List.of(entries),
            commit,
            0,
            leader + ":1",
            "http://" + leader));
  }

  void commitAdvanced(NodeId leader, long term, long commit) {
    tell(new PeerMessage.CommitAdvanced(CLUSTER, leader, term, commit));
  }

  void accepted(NodeId from, long term, long matchIndex) {
    accepted(from, term, matchIndex, 0);
  }

  void accepted(NodeId from, long term, long matchIndex, long readRound) {
    tell(
        new PeerMessage.AppendAccepted(
            CLUSTER, from, term, matchIndex, matchIndex, readRound, "http://" + from));
  }

  /** The parts in which leader A of that term would send its state up to that entry. */
  List<PeerMessage.InstallSnapshot> snapshotFromA(long lastIndex, long term) {
    RecordingStateMachine leaders = new RecordingStateMachine();
    for (long index = 1; index <= lastIndex; index++) {
      leaders.apply(List.of(entry(index, term)));
    }
    List<PeerMessage.InstallSnapshot> parts = new ArrayList<>();
    try (StateMachine.SnapshotReader image = leaders.openSnapshot()) {
      var next = image.nextChunk(Integer.MAX_VALUE);
      while (next.isPresent()) {
        byte[] data = next.get();
        next = image.nextChunk(Integer.MAX_VALUE);
        parts.add(
            new PeerMessage.InstallSnapshot(
                CLUSTER,
                A,
                term,
                new SnapshotMeta(lastIndex, term, 0, membership, 0),
                1,
                parts.size(),
                data,
                next.isEmpty(),
                "a:1",
                "http://a"));
      }
    }
    return parts;
  }

  /** Lets the election timeout pass. */
  void timeout() {
    clock.advance(ELECTION_TIMEOUT);
  }

  /** Makes it stand in {@code term}; the votes are still open, its own is durable. */
  void becomeCandidate() {
    timeout();
    PeerMessage.PreVoteRequest asked = expect(PeerMessage.PreVoteRequest.class, A);
    tell(new PeerMessage.PreVoteReply(CLUSTER, A, asked.term(), asked.electionTerm(), true));
    makeDurable();
    expect(PeerMessage.VoteRequest.class, A);
  }

  /** Makes it leader by the vote of A; its no-op isn't durable yet. */
  long becomeLeader() {
    becomeCandidate();
    long term = settle().status().term();
    voteReply(A, term, true);
    awaitStatus(RaftStatus::isLeader);
    return term;
  }

  TestProbe<RaftActor.ProposeReply> propose(String command) {
    TestProbe<RaftActor.ProposeReply> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.Propose(command.getBytes(StandardCharsets.UTF_8), false, probe.ref()));
    return probe;
  }

  TestProbe<RaftActor.ReadReply> read() {
    TestProbe<RaftActor.ReadReply> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.ReadIndex(probe.ref()));
    return probe;
  }

  TestProbe<RaftActor.ReadReply> awaitApplied(long index) {
    TestProbe<RaftActor.ReadReply> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.AwaitApplied(index, probe.ref()));
    return probe;
  }

  TestProbe<RaftActor.AdminReply> addMember(NodeId id, boolean withoutData) {
    TestProbe<RaftActor.AdminReply> probe = testKit.createTestProbe();
    raft.tell(
        new RaftActor.AddMember(
            id, id + ":1", Optional.of("http://" + id), withoutData, probe.ref()));
    return probe;
  }

  TestProbe<RaftActor.AdminReply> removeMember(NodeId id) {
    TestProbe<RaftActor.AdminReply> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.RemoveMember(id, probe.ref()));
    return probe;
  }

  TestProbe<RaftActor.AdminReply> transferTo(NodeId to) {
    TestProbe<RaftActor.AdminReply> probe = testKit.createTestProbe();
    raft.tell(new RaftActor.TransferLeadership(Optional.ofNullable(to), probe.ref()));
    return probe;
  }

  TestProbe<SnapshotSender.Command> snapshotSenderProbe() {
    return testKit.createTestProbe();
  }

  TestProbe<Replicator.Command> replicatorProbe() {
    return testKit.createTestProbe();
  }

  /** Makes it leader and its no-op committed and applied; returns the term. */
  long becomeLeaderWithCommit() {
    long term = becomeLeader();
    makeDurable();
    long noOp = settle().status().lastLogIndex();
    accepted(A, term, noOp);
    awaitStatus(s -> s.appliedIndex() == noOp);
    return term;
  }

  /** The next AppendEntries to that peer that carries this entry. */
  PeerMessage.AppendEntries expectEntry(NodeId to, long index) {
    PeerMessage.AppendEntries append = expect(PeerMessage.AppendEntries.class, to);
    while (append.entries().stream().noneMatch(entry -> entry.index() == index)) {
      append = expect(PeerMessage.AppendEntries.class, to);
    }
    return append;
  }

  /** The next AppendEntries to that peer that names at least this round. */
  PeerMessage.AppendEntries expectRound(NodeId to, long round) {
    PeerMessage.AppendEntries append = expect(PeerMessage.AppendEntries.class, to);
    while (append.readRound() < round) {
      append = expect(PeerMessage.AppendEntries.class, to);
    }
    return append;
  }

  /** Waits until the replica has ended by itself. */
  void awaitEnd() {
    testKit.createTestProbe().expectTerminated(raft, Duration.ofSeconds(5));
  }

  void stop() {
    testKit.stop(raft);
  }
}
