package dchat.raft;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What a replica keeps across changes of role (paper, figure 2: the persistent and the volatile
 * state on all servers), and its ways to the outside. Owned by the {@link RaftActor}; changed only
 * by it and its current role, on its thread.
 */
final class Replica {
  private final ActorContext<RaftActor.Command> context;
  private final RaftActor.Setup setup;
  private final ActorRef<ElectionTimer.Command> electionTimer;
  private final ActorRef<Applier.Command> applier;
  private final Forwarding forwarding;
  private final PendingReads reads;
  private final Map<NodeId, String> clientUrls = new TreeMap<>();
  private final Map<NodeId, String> introducedAddresses = new TreeMap<>();

  private PersistentState persistent;
  private long commitIndex;
  private long heardCommitIndex;
  private long appliedIndex;
  private Optional<NodeId> leader = Optional.empty();
  private long lastLeaderContactNanos;
  private long timerGeneration;
  private int replicatorsStarted;
  private boolean mayLead = true;

  /** Index of the newest membership of which a peer said that it lacks this node. */
  private long excludedAtIndex = -1;

  /** The membership that {@link #completed} was made from, with the URLs known now. */
  private Optional<Membership> completedFrom = Optional.empty();

  private Membership completed = new Membership(List.of());

  Replica(
      ActorContext<RaftActor.Command> context,
      RaftActor.Setup setup,
      ActorRef<ElectionTimer.Command> electionTimer,
      ActorRef<Applier.Command> applier) {
    this.context = context;
    this.setup = setup;
    this.electionTimer = electionTimer;
    this.applier = applier;
    this.forwarding = new Forwarding(setup.random().nextLong());
    this.reads = new PendingReads(setup.random().nextLong());
    this.persistent = new PersistentState(0, Optional.empty(), new RaftLog(setup.bootstrap()), 0);
    clientUrls.put(setup.self(), setup.clientUrl());
  }

  NodeId self() {
    return setup.self();
  }

  String cluster() {
    return setup.cluster();
  }

  RaftSettings settings() {
    return setup.settings();
  }

  RaftMeter meter() {
    return setup.meter();
  }

  ActorRef<Applier.Command> applier() {
    return applier;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  // --- persistent state

  PersistentState persistent() {
    return persistent;
  }

  /** Goes on from what the journal holds. */
  void recover(PersistentState recovered, long appliedIndex) {
    persistent = recovered;
    appliedUpTo(appliedIndex);
    // What was applied was committed; more than that the journal may not hold any more.
    commitIndex = appliedIndex;
  }

  long term() {
    return persistent.currentTerm();
  }

  RaftLog log() {
    return persistent.log();
  }

  Membership membership() {
    return persistent.log().membership();
  }

  /**
   * Whether this node may become leader. One whose removal isn't known to be committed may: it can
   * hold entries that those who remain lack, and without its help they couldn't elect anybody
   * (thesis, section 4.2.2). After a restart it may not even know that it was let in. One that
   * can't apply entries may not: it couldn't answer its clients.
   */
  boolean mayStand() {
    return mayLead && mayVote() && !isRemoved() && log().isVoterFrom(commitIndex, self());
  }

  /**
   * Whether this node may take part in elections at all: not while the memberships it reads in its
   * log are of a time whose promises it has forgotten. Nobody waits for its vote then, for only who
   * holds the entry that let it in is made a voter.
   */
  boolean mayVote() {
    return setup.joinPoint().filter(point -> log().membershipIndex() <= point.index()).isEmpty();
  }

  /** Whether it is certain that the cluster goes on without this node. */
  boolean isRemoved() {
    boolean told = excludedAtIndex >= log().membershipIndex();
    return (told || isCertainlyNoMember(self())) && mayVote();
  }

  /** Whether the latest membership is committed and lacks {@code id}. */
  boolean isCertainlyNoMember(NodeId id) {
    return membership().find(id).isEmpty() && log().membershipIndex() <= commitIndex;
  }

  /** A peer knows that the membership at {@code index} is committed and lacks this node. */
  void excludedAt(long index) {
    excludedAtIndex = Math.max(excludedAtIndex, index);
  }

  // --- volatile state

  long commitIndex() {
    return commitIndex;
  }

  /** Moves the commit index forward; never back. */
  void advanceCommit(long index) {
    if (index > log().lastIndex()) {
      throw new IllegalStateException(
          "commit index " + index + " is beyond the last entry " + log().lastIndex());
    }
    commitIndex = Math.max(commitIndex, index);
  }

  /** Highest index whose effect the state machine holds. */
  long appliedIndex() {
    return appliedIndex;
  }

  void appliedUpTo(long index) {
    appliedIndex = index;
    reads.applied(index);
  }

  /** Whether it could answer its clients: it applies what is committed. */
  void mayLead(boolean may) {
    mayLead = may;
  }

  // --- reads

  /** Notes a read that waits for the leader's word. */
  void awaitConfirmation(Consumer<RaftActor.ReadReply> waiter) {
    reads.add(waiter, nanos() + settings().readTimeout().toNanos());
  }

  /** The id of a question that is to be asked now, if there is one. */
  OptionalLong nextReadQuestion() {
    return reads.nextQuestion(nanos(), settings().heartbeatInterval().toNanos());
  }

  void readConfirmed(long requestId, Optional<Long> index) {
    reads.confirmed(
        requestId, index.map(OptionalLong::of).orElseGet(OptionalLong::empty), appliedIndex);
  }

  void awaitApplied(long index, Consumer<RaftActor.ReadReply> waiter) {
    reads.awaitApplied(index, waiter, nanos() + settings().readTimeout().toNanos(), appliedIndex);
  }

  /** Ends what has waited too long. */
  void expire() {
    forwarding.expire(nanos());
    reads.expire(nanos());
  }

  // --- leader

  /** A leader says that all up to {@code index} is committed; this log may not hold it yet. */
  void heardCommit(long index) {
    heardCommitIndex = Math.max(heardCommitIndex, index);
  }

  long heardCommitIndex() {
    return Math.max(heardCommitIndex, commitIndex);
  }

  /** The leader of the current term, if known. */
  Optional<NodeId> leader() {
    return leader;
  }

  Optional<Member> leaderMember() {
    return leader
        .flatMap(this::find)
        .map(
            member ->
                Optional.ofNullable(clientUrls.get(member.id()))
                    .map(member::withClientUrl)
                    .orElse(member));
  }

  void leaderIs(NodeId id) {
    if (!leader.equals(Optional.of(id))) {
      leaderUnknown("the leader changed");
      leader = Optional.of(id);
    }
    lastLeaderContactNanos = nanos();
  }

  void leaderUnknown(String reason) {
    leader = Optional.empty();
    forwarding.failAll(reason);
    reads.leaderUnknown(reason);
  }

  /**
   * Whether the leader was heard within the shortest election timeout. While it was, nobody else
   * gets a vote, so a node that the leader can't reach disturbs nobody (thesis, section 4.2.3).
   */
  boolean hasLiveLeader() {
    return leader.isPresent()
        && nanos() - lastLeaderContactNanos < settings().electionTimeoutMin().toNanos();
  }

  /** Where clients reach {@code id}, as it told itself. */
  void clientUrlIs(NodeId id, String url) {
    if (!url.equals(clientUrls.put(id, url))) {
      completedFrom = Optional.empty();
    }
  }

  /** The membership, with every client URL learned since. */
  Membership membershipWithUrls() {
    Membership present = membership();
    // Asked for after every message, and hardly ever another one than before.
    if (completedFrom.isEmpty() || completedFrom.get() != present) {
      completedFrom = Optional.of(present);
      completed = withUrls(present);
    }
    return completed;
  }

  private Membership withUrls(Membership membership) {
    for (var learned : clientUrls.entrySet()) {
      Optional<Member> member = membership.find(learned.getKey());
      if (member.isPresent() && !member.get().clientUrl().equals(Optional.of(learned.getValue()))) {
        membership = membership.withUpdated(member.get().withClientUrl(learned.getValue()));
      }
    }
    return membership;
  }

  // --- time

  /** Monotonic; only differences mean something. */
  long nanos() {
    return monotonicClock().getAsLong();
  }

  private LongSupplier monotonicClock() {
    return setup.monotonicNanos();
  }

  /** For stamping entries; never decides anything about consensus. */
  InstantSource wallClock() {
    return setup.wallClock();
  }

  void restartElectionTimer() {
    electionTimer.tell(new ElectionTimer.Restart(++timerGeneration));
  }

  boolean isCurrentTimeout(RaftActor.ElectionTimeout timeout) {
    return timeout.generation() == timerGeneration;
  }

  // --- peers

  /** Where {@code id} says it is; counts only while no membership says so. */
  void raftAddressIs(NodeId id, String address) {
    introducedAddresses.put(id, address);
  }

  /** Sends to a member, or to who has introduced itself; to nobody else, for who knows where. */
  void send(NodeId to, PeerMessage message) {
    find(to).ifPresent(member -> setup.transport().send(member, message));
  }

  private Optional<Member> find(NodeId id) {
    return membership()
        .find(id)
        .or(
            () ->
                Optional.ofNullable(introducedAddresses.get(id))
                    .map(address -> Member.voter(id, address)));
  }

  /** The way to a member as it is now, for answers that other threads give later. */
  Consumer<PeerMessage> wayTo(NodeId to) {
    Optional<Member> member = membership().find(to);
    return message -> member.ifPresent(found -> setup.transport().send(found, message));
  }

  /** Sends to every other voter. */
  void sendToVoters(PeerMessage message) {
    for (Member voter : membership().voters()) {
      if (!voter.id().equals(self())) {
        setup.transport().send(voter, message);
      }
    }
  }

  /** Starts the conversation with {@code peer} for the current term. */
  ActorRef<Replicator.Command> startReplicator(Member peer, long lastIndex, long lastTerm) {
    Consumer<PeerMessage> send = message -> setup.transport().send(peer, message);
    return context.spawn(
        Replicator.create(
            new Replicator.Conversation(
                settings(),
                cluster(),
                self(),
                setup.raftAddress(),
                setup.clientUrl(),
                term(),
                context.getSelf(),
                peer.id(),
                setup.stateMachine(),
                send,
                setup.monotonicNanos(),
                setup.meter()),
            lastIndex,
            lastTerm,
            commitIndex),
        "replicator-%s-term-%d-%d".formatted(peer.id(), term(), ++replicatorsStarted));
  }

  void stopReplicator(ActorRef<Replicator.Command> replicator) {
    context.stop(replicator);
  }

  String raftAddress() {
    return setup.raftAddress();
  }

  String clientUrl() {
    return setup.clientUrl();
  }
}
