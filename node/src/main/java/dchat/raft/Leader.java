package dchat.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** Leads its term: gives the log its order and decides what is committed (paper, section 5.3). */
final class Leader extends Role {
  private final Commitment commitment;
  private final long firstIndexOfTerm;
  private final Map<NodeId, ActorRef<Replicator.Command>> replicators = new TreeMap<>();
  private final Map<NodeId, Long> lastContactNanos = new TreeMap<>();
  private final Map<NodeId, Long> grantedContactNanos = new TreeMap<>();
  private long unappliedBytes;

  private Leader(Replica replica, String reason) {
    super(replica, reason);
    firstIndexOfTerm = replica.log().lastIndex() + 1;
    commitment = new Commitment(replica.membership(), firstIndexOfTerm);
  }

  /**
   * Starts the conversations and appends the no-op: only an entry of its own term lets a leader
   * commit what earlier terms left (paper, section 5.4.2 and 8).
   */
  static Role start(Replica replica, String reason) {
    Leader leader = new Leader(replica, reason);
    replica.leaderIs(replica.self());
    RaftLog log = replica.log();
    for (Member peer : replica.membership().othersThan(replica.self())) {
      leader.replicators.put(
          peer.id(), replica.startReplicator(peer, log.lastIndex(), log.lastTerm()));
      leader.grantedContactNanos.put(peer.id(), replica.nanos());
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
    replicators.values().forEach(replica::stopReplicator);
    replica.applier().tell(new Applier.LeadershipLost("leadership was lost before it committed"));
  }

  @Override
  void onPropose(byte[] command, boolean forward, Consumer<RaftActor.ProposeReply> waiter) {
    RaftSettings settings = replica.settings();
    long unapplied = replica.log().lastIndex() - replica.commitIndex();
    if (unapplied >= settings.maxProposals()
        || unappliedBytes + command.length > settings.maxProposalBytes()) {
      waiter.accept(
          new RaftActor.Overloaded(
              "%d commands with %d bytes are in flight".formatted(unapplied, unappliedBytes)));
      return;
    }
    LogEntry entry = append(LogEntry.Kind.COMMAND, command);
    replica.applier().tell(new Applier.Await(entry.index(), entry.term(), waiter));
  }

  private LogEntry append(LogEntry.Kind kind, byte[] payload) {
    RaftLog log = replica.log();
    long prevTerm = log.lastTerm();
    LogEntry entry =
        new LogEntry(
            log.lastIndex() + 1,
            replica.term(),
            Math.max(log.lastTimestampMillis(), replica.wallClock().millis()),
            kind,
            payload);
    // The peers get it while this node's own write is under way (thesis, section 10.2.1).
    List<LogEntry> entries = List.of(entry);
    replica.persistent().append(entries);
    unappliedBytes += entry.sizeBytes();
    replicators.values().forEach(r -> r.tell(new Replicator.Appended(prevTerm, entries)));
    return entry;
  }

  @Override
  void onReadLog(RaftActor.ReadLog request) {
    if (request.term() != replica.term()) {
      return;
    }
    RaftLog log = replica.log();
    request
        .replyTo()
        .tell(
            new Replicator.Slice(
                request.fromIndex(),
                log.term(request.fromIndex() - 1),
                log.slice(
                    request.fromIndex(), log.lastIndex(), request.maxBytes(), Integer.MAX_VALUE)));
  }

  /** The leader counts itself only up to what it holds durably. */
  @Override
  Role onDurable() {
    commitment.matched(replica.self(), replica.persistent().durableIndex());
    commitAdvanced();
    return this;
  }

  @Override
  Role onAppendAccepted(PeerMessage.AppendAccepted reply) {
    lastContactNanos.put(reply.from(), replica.nanos());
    replica.clientUrlIs(reply.from(), reply.clientUrl());
    Optional.ofNullable(replicators.get(reply.from()))
        .ifPresent(r -> r.tell(new Replicator.Accepted(reply.verifiedIndex(), reply.matchIndex())));
    commitment.matched(reply.from(), reply.matchIndex());
    commitAdvanced();
    return this;
  }

  @Override
  Role onAppendRejected(PeerMessage.AppendRejected reply) {
    lastContactNanos.put(reply.from(), replica.nanos());
    long nextIndex =
        replica.log().nextIndexAfterConflict(reply.conflictTerm(), reply.conflictIndex());
    Optional.ofNullable(replicators.get(reply.from()))
        .ifPresent(r -> r.tell(new Replicator.Rejected(reply.prevLogIndex(), nextIndex)));
    return this;
  }

  private void commitAdvanced() {
    if (commitment.commitIndex() <= replica.commitIndex()) {
      return;
    }
    replica.advanceCommit(commitment.commitIndex());
    replicators.values().forEach(r -> r.tell(new Replicator.CommitAdvanced(replica.commitIndex())));
    publishLearnedUrls();
  }

  /**
   * Makes the client URLs that members told part of the membership, so that every node can redirect
   * to every other. The voters stay the same, so no quorum changes.
   */
  private void publishLearnedUrls() {
    boolean noChangeUnderWay = replica.log().membershipIndex() <= replica.commitIndex();
    Membership complete = replica.membershipWithUrls();
    if (noChangeUnderWay && !complete.equals(replica.membership())) {
      append(LogEntry.Kind.CONFIGURATION, RaftCbor.write(complete));
      commitment.membershipChanged(complete);
    }
  }

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
    if (hasQuorumContact()) {
      replica.leaderIs(replica.self());
      return this;
    }
    replica.leaderUnknown("contact with the majority was lost");
    replica.restartElectionTimer();
    return new Follower(replica, "lost contact with the majority");
  }

  private boolean hasQuorumContact() {
    TreeSet<NodeId> inContact = new TreeSet<>();
    inContact.add(replica.self());
    long now = replica.nanos();
    long timeout = replica.settings().electionTimeoutMax().toNanos();
    for (NodeId peer : replicators.keySet()) {
      long contact = lastContactNanos.getOrDefault(peer, grantedContactNanos.get(peer));
      if (now - contact < timeout) {
        inContact.add(peer);
      }
    }
    return replica.membership().isMajority(inContact);
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
    for (NodeId peer : replicators.keySet()) {
      Optional<Long> silenceMillis =
          Optional.ofNullable(lastContactNanos.get(peer))
              .map(at -> (replica.nanos() - at) / 1_000_000);
      progress.add(new RaftActor.PeerProgress(peer, commitment.matchIndex(peer), silenceMillis));
    }
    return progress;
  }
}
