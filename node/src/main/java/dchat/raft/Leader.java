package dchat.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Leads its term: gives the log its order and decides what is committed (paper, section 5.3). */
final class Leader extends Role {
  private final Commitment commitment;
  private final long firstIndexOfTerm;
  private final PeerContacts contacts;
  private final Replicators replicators;
  private final Map<NodeId, Long> snapshotsUnderWay = new TreeMap<>();
  private long lastSnapshotImage;
  private final ReadRounds reads = new ReadRounds();
  private final MembershipChanges changes;
  private final LeadershipTransfer transfer;
  private long unappliedBytes;

  /** Appended since the last {@link #handOn()}. */
  private final List<LogEntry> appended = new ArrayList<>();

  private final List<Applier.Waiter> waiters = new ArrayList<>();
  private final CommitTimes commitTimes = new CommitTimes();
  private long appendedSinceNanos;

  private Leader(Replica replica, String reason) {
    super(replica, reason);
    firstIndexOfTerm = replica.log().lastIndex() + 1;
    commitment = new Commitment(replica.membership(), firstIndexOfTerm);
    contacts = new PeerContacts(replica.settings().electionTimeoutMax().toNanos());
    replicators = new Replicators(replica, contacts);
    changes = new MembershipChanges(this, replica, commitment, replicators);
    transfer = new LeadershipTransfer(replica, commitment, contacts);
  }

  /**
   * Starts the conversations and appends the no-op: only an entry of its own term lets a leader
   * commit what earlier terms left (paper, section 5.4.2 and 8).
   */
  static Role start(Replica replica, String reason) {
    Leader leader = new Leader(replica, reason);
    replica.leaderIs(replica.self());
    for (Member peer : replica.membership().othersThan(replica.self())) {
      leader.replicators.start(peer);
    }
    leader.append(LogEntry.Kind.NO_OP, new byte[0]);
    return leader;
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.LEADER;
  }

  @Override
  void leave() {
    awaitOutcomes();
    replicators.stopAll();
    reads.abandon();
    changes.abandon();
    transfer.leadershipEnded();
    replica
        .applier()
        .tell(
            new Applier.LeadershipLost(
                replica.commitIndex(), "leadership was lost before it committed"));
  }

  @Override
  void onPropose(byte[] command, boolean forward, Consumer<RaftActor.ProposeReply> waiter) {
    if (transfer.isUnderWay()) {
      replica.meter().rejected(RaftMeter.Rejection.NOT_LEADER);
      waiter.accept(new RaftActor.NotLeader(Optional.empty()));
      return;
    }
    RaftSettings settings = replica.settings();
    long unapplied = replica.log().lastIndex() - replica.commitIndex();
    if (unapplied >= settings.maxProposals()
        || unappliedBytes + command.length > settings.maxProposalBytes()) {
      replica.meter().rejected(RaftMeter.Rejection.OVERLOADED);
      waiter.accept(
          new RaftActor.Overloaded(
              "%d commands with %d bytes are in flight".formatted(unapplied, unappliedBytes)));
      return;
    }
    LogEntry entry = append(LogEntry.Kind.COMMAND, command);
    waiters.add(new Applier.Waiter(entry.index(), entry.term(), waiter));
  }

  LogEntry append(LogEntry.Kind kind, byte[] payload) {
    RaftLog log = replica.log();
    LogEntry entry =
        new LogEntry(
            log.lastIndex() + 1,
            replica.term(),
            Math.max(log.lastTimestampMillis(), replica.wallClock().millis()),
            kind,
            payload);
    replica.persistent().append(List.of(entry));
    unappliedBytes += entry.sizeBytes();
    if (appended.isEmpty()) {
      appendedSinceNanos = replica.nanos();
    }
    appended.add(entry);
    return entry;
  }

  @Override
  boolean hasToHandOn() {
    return !appended.isEmpty();
  }

  /** The peers get it while this node's own write is under way (thesis, section 10.2.1). */
  @Override
  void handOn() {
    if (appended.isEmpty()) {
      return;
    }
    commitTimes.appended(appended.getLast().index(), appendedSinceNanos);
    long prevTerm = replica.log().term(appended.getFirst().index() - 1);
    var news = new Replicator.Appended(prevTerm, List.copyOf(appended));
    appended.clear();
    replicators.tellAll(news);
  }

  @Override
  void awaitOutcomes() {
    if (!waiters.isEmpty()) {
      replica.applier().tell(new Applier.Await(List.copyOf(waiters)));
      waiters.clear();
    }
  }

  @Override
  void onReadLog(Replicator.ReadLog request) {
    if (request.term() != replica.term()) {
      return;
    }
    RaftLog log = replica.log();
    if (!log.knowsTerm(request.fromIndex() - 1)) {
      request.replyTo().tell(new Replicator.Compacted());
      return;
    }
    request
        .replyTo()
        .tell(
            new Replicator.Slice(
                request.fromIndex(),
                log.term(request.fromIndex() - 1),
                log.slice(
                    request.fromIndex(), log.lastIndex(), request.maxBytes(), Integer.MAX_VALUE)));
  }

  /** Until that peer holds the snapshot, the entries behind it have to wait for it. */
  @Override
  void onDescribeSnapshot(Replicator.DescribeSnapshot request) {
    if (request.term() != replica.term()) {
      return;
    }
    if (!replica.log().knowsTerm(request.index())) {
      request.replyTo().tell(new SnapshotSender.Outdated());
      return;
    }
    snapshotsUnderWay.put(request.peer(), request.index());
    request
        .replyTo()
        .tell(
            new SnapshotSender.Described(
                replica.log().describe(request.index()), ++lastSnapshotImage));
  }

  @Override
  void onSnapshotChunkStored(PeerMessage.SnapshotChunkStored reply) {
    contacts.heard(reply.from(), replica.nanos());
    replicators.tell(reply.from(), new Replicator.ChunkStored(reply.image(), reply.nextChunk()));
  }

  /**
   * What a peer in contact needs stays: what it hasn't acknowledged, or what comes behind the
   * snapshot that it gets just now. But not without bound, or a peer that is slower than the load
   * would take this node with it.
   */
  @Override
  long compactionLimit() {
    if (replica.log().sizeBytes() > replica.settings().keepForPeersBytes()) {
      return Long.MAX_VALUE;
    }
    return replicators.peers().stream()
        .filter(this::isInContact)
        .mapToLong(peer -> snapshotsUnderWay.getOrDefault(peer, commitment.matchIndex(peer)))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The leader counts itself only up to what it holds durably. */
  @Override
  Role onDurable() {
    commitment.matched(replica.self(), replica.persistent().durableIndex());
    return commitAdvanced();
  }

  @Override
  Role onAppendAccepted(PeerMessage.AppendAccepted reply) {
    NodeId peer = reply.from();
    contacts.heard(peer, replica.nanos());
    replica.clientUrlIs(peer, reply.clientUrl());
    replicators.tell(peer, new Replicator.Accepted(reply.verifiedIndex(), reply.matchIndex()));
    commitment.matched(peer, reply.matchIndex());
    snapshotsUnderWay.computeIfPresent(
        peer, (id, index) -> reply.matchIndex() >= index ? null : index);
    announceRound(reads.answered(replica.self(), peer, reply.readRound(), replica.membership()));
    changes.promoteIfCaughtUp(peer);
    transfer.proceed();
    return commitAdvanced();
  }

  @Override
  Role onAppendRejected(PeerMessage.AppendRejected reply) {
    contacts.heard(reply.from(), replica.nanos());
    long nextIndex =
        replica.log().nextIndexAfterConflict(reply.conflictTerm(), reply.conflictIndex());
    replicators.tell(reply.from(), new Replicator.Rejected(reply.prevLogIndex(), nextIndex));
    return this;
  }

  /** Whether this leader knows by now all that earlier terms have committed. */
  boolean hasCommittedInItsTerm() {
    return replica.commitIndex() >= firstIndexOfTerm;
  }

  private Role commitAdvanced() {
    if (commitment.commitIndex() <= replica.commitIndex()) {
      return this;
    }
    replica.advanceCommit(commitment.commitIndex());
    commitTimes.committed(replica.commitIndex(), replica.nanos(), replica.meter());
    replicators.tellAll(new Replicator.CommitAdvanced(replica.commitIndex()));
    transfer.proceed();
    return membershipCommitted();
  }

  // --- reads

  @Override
  void onReadIndex(Consumer<RaftActor.ReadReply> waiter) {
    confirmRead(
        index -> {
          if (index.isPresent()) {
            replica.awaitApplied(index.get(), waiter);
          } else {
            waiter.accept(PendingReads.notConfirmed("leadership was lost"));
          }
        });
  }

  /**
   * A read is fresh from the commit index on, and at least from this leader's no-op on: before that
   * commits, the leader can't know all that is committed (thesis, section 6.4).
   */
  @Override
  void confirmRead(Consumer<Optional<Long>> answer) {
    announceRound(reads.add(Math.max(replica.commitIndex(), firstIndexOfTerm), answer));
    announceRound(reads.confirm(replica.self(), replica.membership()));
  }

  private void announceRound(boolean begun) {
    if (begun) {
      replicators.tellAll(new Replicator.ReadRound(reads.round()));
    }
  }

  // --- membership

  @Override
  void onAddMember(RaftActor.AddMember request) {
    changes.add(request);
  }

  @Override
  void onRemoveMember(RaftActor.RemoveMember request) {
    changes.remove(request);
  }

  /** Acts on what the new commit index says about the members. */
  private Role membershipCommitted() {
    if (replica.log().membershipIndex() > replica.commitIndex()) {
      return this;
    }
    changes.committed();
    if (!replica.membership().isVoter(replica.self())) {
      // It led until the change was committed, without counting itself (thesis, section 4.2.2).
      transfer.bequeath();
      replica.leaderUnknown("this node was removed");
      return new Follower(replica, "was removed from the cluster");
    }
    changes.publishLearnedUrls();
    return this;
  }

  @Override
  void onTransfer(RaftActor.TransferLeadership request) {
    transfer.begin(request);
  }

  // --- events

  @Override
  Role onApplied(List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      if (entry.index() >= firstIndexOfTerm) {
        unappliedBytes -= entry.sizeBytes();
      }
    }
    return this;
  }

  /**
   * A leader that can't reach a majority can't commit anything; it makes room for one that can, and
   * stops its clients' waiting (thesis, section 6.2).
   */
  @Override
  Role onTick() {
    transfer.expire();
    replicators.endFarewells();
    if (hasQuorumContact()) {
      replica.leaderIs(replica.self());
      return this;
    }
    replica.leaderUnknown("contact with the majority was lost");
    replica.restartElectionTimer();
    return new Follower(replica, "lost contact with the majority");
  }

  private boolean hasQuorumContact() {
    return contacts.isMajorityInContact(replica.self(), replica.membership(), replica.nanos());
  }

  private boolean isInContact(NodeId peer) {
    return contacts.isInContact(peer, replica.nanos());
  }

  @Override
  Role onTrouble(String trouble) {
    replica.leaderUnknown(trouble);
    replica.restartElectionTimer();
    return new Follower(replica, trouble);
  }

  @Override
  boolean refusesElections(NodeId candidate) {
    return hasQuorumContact();
  }

  @Override
  Role onAppendEntries(PeerMessage.AppendEntries append) {
    throw new IllegalStateException(
        "two leaders in term " + replica.term() + ": " + replica.self() + " and " + append.from());
  }

  @Override
  List<RaftActor.PeerProgress> progress() {
    List<RaftActor.PeerProgress> progress = new ArrayList<>();
    for (NodeId peer : replicators.peers()) {
      progress.add(
          new RaftActor.PeerProgress(
              peer, commitment.matchIndex(peer), contacts.silenceMillis(peer, replica.nanos())));
    }
    return progress;
  }
}
