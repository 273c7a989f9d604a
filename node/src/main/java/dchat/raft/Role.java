package dchat.raft;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The part a replica plays. Each handler returns the role to go on with: itself, or the next one.
 * What all roles share stands here: the rules for terms (paper, section 5.1) and for granting votes
 * (section 5.2 and 5.4.1).
 */
abstract sealed class Role permits Recovering, Follower, PreCandidate, Candidate, Leader {
  final Replica replica;
  private final String reason;

  /**
   * @param reason why the replica took this role, for the log
   */
  Role(Replica replica, String reason) {
    this.replica = replica;
    this.reason = reason;
  }

  abstract RaftStatus.Role name();

  String reason() {
    return reason;
  }

  /** Called once when the replica leaves this role. */
  void leave() {}

  /** Whether {@link #handOn()} has something to do. */
  boolean hasToHandOn() {
    return false;
  }

  /** Passes on, as one, what several messages have brought about. */
  void handOn() {}

  /** Tells the applier who waits for entries; not before it gets some, as it has to be woken. */
  void awaitOutcomes() {}

  // --- events of this node

  Role onElectionTimeout() {
    return this;
  }

  /** A write has completed: more is durable than before. */
  Role onDurable() {
    return this;
  }

  /** Every heartbeat interval. */
  Role onTick() {
    return this;
  }

  Role onApplied(List<LogEntry> entries) {
    return this;
  }

  /** This node can't apply entries: it must not lead. */
  abstract Role onTrouble(String trouble);

  void onReadLog(Replicator.ReadLog request) {}

  void onDescribeSnapshot(Replicator.DescribeSnapshot request) {}

  void onChunkStored(Applier.ChunkStored stored) {}

  Role onSnapshotInstalled(Applier.SnapshotInstalled installed) {
    return this;
  }

  /** The highest index that may be compacted as far as this role is concerned. */
  long compactionLimit() {
    return Long.MAX_VALUE;
  }

  /** Who isn't leader proposes nothing. */
  void onPropose(byte[] command, boolean forward, Consumer<RaftActor.ProposeReply> waiter) {
    if (!forward || replica.leader().isEmpty()) {
      replica.meter().rejected(RaftMeter.Rejection.NOT_LEADER);
      waiter.accept(new RaftActor.NotLeader(replica.leaderMember()));
      return;
    }
    if (replica.forwarding().size() >= replica.settings().maxProposals()) {
      replica.meter().rejected(RaftMeter.Rejection.OVERLOADED);
      waiter.accept(new RaftActor.Overloaded("too many commands wait for the leader"));
      return;
    }
    long deadline = replica.nanos() + replica.settings().forwardTimeout().toNanos();
    long requestId = replica.forwarding().add(waiter, deadline);
    replica.send(
        replica.leader().get(),
        new PeerMessage.ForwardedProposal(
            replica.cluster(), replica.self(), replica.term(), requestId, command));
  }

  /**
   * Finds the index from which on a read is fresh, and waits until it is applied here. Who isn't
   * leader asks the leader.
   */
  void onReadIndex(Consumer<RaftActor.ReadReply> waiter) {
    if (replica.leader().isEmpty()) {
      waiter.accept(PendingReads.notConfirmed("no leader is known"));
      return;
    }
    replica.awaitConfirmation(waiter);
    askForReadIndex();
  }

  /** Asks the leader on behalf of all reads that wait for an index, unless it is being asked. */
  void askForReadIndex() {
    Optional<NodeId> leader = replica.leader();
    OptionalLong requestId = leader.isPresent() ? replica.nextReadQuestion() : OptionalLong.empty();
    if (requestId.isPresent()) {
      replica.send(
          leader.get(),
          new PeerMessage.ReadIndexRequest(
              replica.cluster(), replica.self(), replica.term(), requestId.getAsLong()));
    }
  }

  /** Only a leader can tell; nobody else lets the asker wait in vain. */
  void confirmRead(Consumer<Optional<Long>> answer) {
    answer.accept(Optional.empty());
  }

  private void onReadIndexRequest(PeerMessage.ReadIndexRequest request) {
    confirmRead(
        index ->
            replica.send(
                request.from(),
                new PeerMessage.ReadIndexReply(
                    replica.cluster(),
                    replica.self(),
                    replica.term(),
                    request.requestId(),
                    index)));
  }

  void onTransfer(RaftActor.TransferLeadership request) {
    request.replyTo().tell(new RaftActor.NotLeader(replica.leaderMember()));
  }

  void onAddMember(RaftActor.AddMember request) {
    request.replyTo().tell(new RaftActor.NotLeader(replica.leaderMember()));
  }

  void onRemoveMember(RaftActor.RemoveMember request) {
    request.replyTo().tell(new RaftActor.NotLeader(replica.leaderMember()));
  }

  /** What a leader knows of its peers; nobody else knows anything. */
  List<RaftActor.PeerProgress> progress() {
    return List.of();
  }

  // --- messages of peers

  Role onPeerMessage(PeerMessage message) {
    if (message instanceof PeerMessage.Introducing introducing) {
      replica.raftAddressIs(introducing.from(), introducing.raftAddress());
    }
    return switch (message) {
      case PeerMessage.PreVoteRequest request -> onPreVoteRequest(request);
      case PeerMessage.PreVoteReply reply ->
          isNewer(reply) ? stepDown(reply) : onPreVoteReply(reply);
      case PeerMessage.NotAMember notice -> {
        replica.excludedAt(notice.membershipIndex());
        yield this;
      }
      case PeerMessage.VoteRequest request -> receive(request);
      case PeerMessage.VoteReply reply ->
          isNewer(reply) ? stepDown(reply) : isStale(reply) ? this : onVoteReply(reply);
      case PeerMessage.AppendEntries append -> receive(append);
      case PeerMessage.AppendAccepted reply ->
          isNewer(reply) ? stepDown(reply) : isStale(reply) ? this : onAppendAccepted(reply);
      case PeerMessage.AppendRejected reply ->
          isNewer(reply) ? stepDown(reply) : isStale(reply) ? this : onAppendRejected(reply);
      case PeerMessage.CommitAdvanced news ->
          isNewer(news) ? stepDown(news) : isStale(news) ? this : onCommitAdvanced(news);
      case PeerMessage.InstallSnapshot part -> receive(part);
      case PeerMessage.SnapshotChunkStored reply -> {
        if (isNewer(reply)) {
          yield stepDown(reply);
        }
        if (!isStale(reply)) {
          onSnapshotChunkStored(reply);
        }
        yield this;
      }
      case PeerMessage.TimeoutNow handover ->
          isNewer(handover)
              ? stepDown(handover)
              : isStale(handover) ? this : onTimeoutNow(handover);
      case PeerMessage.ReadIndexRequest request -> {
        onReadIndexRequest(request);
        yield this;
      }
      case PeerMessage.ReadIndexReply reply -> {
        replica.readConfirmed(reply.requestId(), reply.index());
        askForReadIndex();
        yield this;
      }
      case PeerMessage.ForwardedProposal proposal -> {
        onForwardedProposal(proposal);
        yield this;
      }
      case PeerMessage.ForwardedReply reply -> {
        replica.forwarding().complete(reply);
        yield this;
      }
    };
  }

  Role onPreVoteReply(PeerMessage.PreVoteReply reply) {
    return this;
  }

  Role onVoteReply(PeerMessage.VoteReply reply) {
    return this;
  }

  /** From the leader of the current term. */
  abstract Role onAppendEntries(PeerMessage.AppendEntries append);

  /** From the leader of the current term. */
  Role onCommitAdvanced(PeerMessage.CommitAdvanced news) {
    return this;
  }

  /** From the leader of the current term. */
  Role onInstallSnapshot(PeerMessage.InstallSnapshot part) {
    return this;
  }

  void onSnapshotChunkStored(PeerMessage.SnapshotChunkStored reply) {}

  Role onAppendAccepted(PeerMessage.AppendAccepted reply) {
    return this;
  }

  Role onAppendRejected(PeerMessage.AppendRejected reply) {
    return this;
  }

  Role onTimeoutNow(PeerMessage.TimeoutNow handover) {
    return this;
  }

  /** Whether to ignore who wants an election, because there is a leader that works. */
  boolean refusesElections(NodeId candidate) {
    boolean leaderItselfAsks = replica.leader().equals(Optional.of(candidate));
    return replica.hasLiveLeader() && !leaderItselfAsks;
  }

  /** Changes nothing here, not even the time of the last contact with the leader. */
  private Role onPreVoteRequest(PeerMessage.PreVoteRequest request) {
    boolean granted =
        request.electionTerm() > replica.term()
            && replica.mayVote()
            && replica.log().isUpToDate(request.lastLogIndex(), request.lastLogTerm())
            && !refusesElections(request.from());
    replica.send(
        request.from(),
        new PeerMessage.PreVoteReply(
            replica.cluster(), replica.self(), replica.term(), request.electionTerm(), granted));
    if (!granted && replica.isCertainlyNoMember(request.from())) {
      replica.send(
          request.from(),
          new PeerMessage.NotAMember(
              replica.cluster(), replica.self(), replica.term(), replica.log().membershipIndex()));
    }
    return this;
  }

  private Role receive(PeerMessage.VoteRequest request) {
    if (isNewer(request)) {
      boolean refused = !request.transfer() && refusesElections(request.from());
      return refused ? this : stepDown(request).onVoteRequest(request);
    }
    return isStale(request) ? refuseVote(request) : onVoteRequest(request);
  }

  /** At most one vote a term, and only for a log at least as up-to-date as this one. */
  private Role onVoteRequest(PeerMessage.VoteRequest request) {
    boolean mayVote =
        replica.persistent().votedFor().map(request.from()::equals).orElse(true)
            && replica.mayVote()
            && replica.log().isUpToDate(request.lastLogIndex(), request.lastLogTerm());
    return mayVote ? grantVote(request.from()) : refuseVote(request);
  }

  private Role grantVote(NodeId candidate) {
    if (replica.persistent().votedFor().isEmpty()) {
      replica.persistent().voteFor(candidate);
    }
    replica.restartElectionTimer();
    Follower follower =
        this instanceof Follower self ? self : new Follower(replica, "voted for " + candidate);
    return follower.owesVoteTo(candidate);
  }

  private Role refuseVote(PeerMessage.VoteRequest request) {
    replica.send(
        request.from(),
        new PeerMessage.VoteReply(replica.cluster(), replica.self(), replica.term(), false));
    return this;
  }

  private Role receive(PeerMessage.AppendEntries append) {
    if (isStale(append)) {
      // Its leadership is over, or this node's term went ahead while it was cut off. In both cases
      // the sender has to learn the newer term; else this node would stay without a leader.
      replica.send(
          append.from(),
          new PeerMessage.AppendRejected(
              replica.cluster(), replica.self(), replica.term(), append.prevLogIndex(), 0, 0));
      return this;
    }
    Role role = isNewer(append) ? stepDown(append) : this;
    return role.onAppendEntries(append);
  }

  /** A stale one needs no answer: its sender's heartbeats get one. */
  private Role receive(PeerMessage.InstallSnapshot part) {
    if (isStale(part)) {
      return this;
    }
    Role role = isNewer(part) ? stepDown(part) : this;
    return role.onInstallSnapshot(part);
  }

  private void onForwardedProposal(PeerMessage.ForwardedProposal proposal) {
    // The answer comes on the applier's thread, where the replica's own state must not be read.
    Consumer<PeerMessage> asker = replica.wayTo(proposal.from());
    long term = replica.term();
    onPropose(
        proposal.command(),
        false,
        reply ->
            asker.accept(
                Forwarding.encode(
                    replica.cluster(), replica.self(), term, proposal.requestId(), reply)));
  }

  /** All servers: a newer term makes a follower (paper, section 5.1). */
  private Role stepDown(PeerMessage newer) {
    replica.persistent().advanceTerm(newer.term());
    replica.leaderUnknown("a newer term began");
    replica.restartElectionTimer();
    return new Follower(replica, "saw term " + newer.term() + " of " + newer.from());
  }

  private boolean isNewer(PeerMessage message) {
    return message.term() > replica.term();
  }

  private boolean isStale(PeerMessage message) {
    return message.term() < replica.term();
  }
}
