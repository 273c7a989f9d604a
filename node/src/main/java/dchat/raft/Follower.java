package dchat.raft;

import java.util.List;
import java.util.Optional;

/** Follows the leader of its term, or waits for one (paper, section 5.2 and 5.3). */
final class Follower extends Role {
  private Optional<NodeId> owedVote = Optional.empty();

  /** The log agrees with the leader's up to here, as its messages of this term have shown. */
  private long verifiedIndex;

  private boolean acceptanceOwed;
  private long readRound;

  Follower(Replica replica, String reason) {
    super(replica, reason);
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.FOLLOWER;
  }

  /** The vote is cast but may leave only when it is durable. */
  Follower owesVoteTo(NodeId candidate) {
    owedVote = Optional.of(candidate);
    sendOwedVote();
    return this;
  }

  @Override
  Role onElectionTimeout() {
    replica.leaderUnknown("the leader fell silent");
    replica.restartElectionTimer();
    return replica.mayStand()
        ? PreCandidate.start(replica, "no leader heard within the election timeout")
        : this;
  }

  @Override
  Role onTrouble(String trouble) {
    return this;
  }

  @Override
  Role onAppendEntries(PeerMessage.AppendEntries append) {
    replica.leaderIs(append.from());
    replica.clientUrlIs(append.from(), append.clientUrl());
    replica.restartElectionTimer();

    replica.heardCommit(append.leaderCommit());
    readRound = Math.max(readRound, append.readRound());

    RaftLog log = replica.log();
    if (!agreesAtPrevious(append)) {
      rejectConflict(append);
      return this;
    }
    takeEntries(append.entries());
    verifiedIndex = Math.max(verifiedIndex, append.lastIndex());
    // Only what this very message verified: entries behind it may be another leader's (figure 2,
    // AppendEntries receiver rule 5).
    replica.advanceCommit(Math.min(append.leaderCommit(), append.lastIndex()));

    boolean allDurable = replica.persistent().durableIndex() >= append.lastIndex();
    if (append.entries().isEmpty() || allDurable) {
      accept();
    } else {
      acceptanceOwed = true;
    }
    assert log.lastIndex() >= replica.commitIndex();
    return this;
  }

  @Override
  Role onCommitAdvanced(PeerMessage.CommitAdvanced news) {
    replica.leaderIs(news.from());
    replica.restartElectionTimer();
    replica.heardCommit(news.leaderCommit());
    // It verifies nothing itself, so only what earlier messages of this term did.
    replica.advanceCommit(Math.min(news.leaderCommit(), verifiedIndex));
    return this;
  }

  /** Receiver rule 2. What was compacted was committed, so it agrees. */
  private boolean agreesAtPrevious(PeerMessage.AppendEntries append) {
    long prev = append.prevLogIndex();
    RaftLog log = replica.log();
    return prev < log.baseIndex()
        || (log.knowsTerm(prev) && log.term(prev) == append.prevLogTerm());
  }

  private void rejectConflict(PeerMessage.AppendEntries append) {
    RaftLog log = replica.log();
    boolean tooShort = append.prevLogIndex() > log.lastIndex();
    replica.send(
        append.from(),
        new PeerMessage.AppendRejected(
            replica.cluster(),
            replica.self(),
            replica.term(),
            append.prevLogIndex(),
            tooShort ? 0 : log.term(append.prevLogIndex()),
            tooShort ? log.lastIndex() + 1 : log.firstIndexOfTermAt(append.prevLogIndex())));
  }

  /**
   * Receiver rules 3 and 4. Only a real conflict truncates: a message that was delayed holds less
   * than the log by now, and must not cut off what came after it.
   */
  private void takeEntries(List<LogEntry> entries) {
    RaftLog log = replica.log();
    int known = 0;
    while (known < entries.size() && holds(entries.get(known))) {
      known++;
    }
    if (known == entries.size()) {
      return;
    }
    List<LogEntry> missing = entries.subList(known, entries.size());
    long firstMissing = missing.getFirst().index();
    if (firstMissing <= log.lastIndex()) {
      if (firstMissing <= replica.commitIndex()) {
        throw new IllegalStateException(
            "the leader contradicts committed entry %d (committed up to %d)"
                .formatted(firstMissing, replica.commitIndex()));
      }
      replica.persistent().truncateFrom(firstMissing);
    }
    replica.persistent().append(missing);
  }

  private boolean holds(LogEntry entry) {
    RaftLog log = replica.log();
    return entry.index() <= log.baseIndex()
        || (log.knowsTerm(entry.index()) && log.term(entry.index()) == entry.term());
  }

  @Override
  Role onInstallSnapshot(PeerMessage.InstallSnapshot part) {
    replica.leaderIs(part.from());
    replica.clientUrlIs(part.from(), part.clientUrl());
    replica.restartElectionTimer();
    replica.applier().tell(new Applier.Store(part));
    return this;
  }

  @Override
  void onChunkStored(Applier.ChunkStored stored) {
    if (stored.term() == replica.term()) {
      replica.send(
          stored.leader(),
          new PeerMessage.SnapshotChunkStored(
              replica.cluster(),
              replica.self(),
              replica.term(),
              stored.image(),
              stored.nextChunk()));
    }
  }

  @Override
  Role onSnapshotInstalled(Applier.SnapshotInstalled installed) {
    if (replica.leader().equals(Optional.of(installed.leader()))) {
      verifiedIndex = Math.max(verifiedIndex, installed.meta().lastIndex());
      accept();
    }
    return this;
  }

  @Override
  Role onTimeoutNow(PeerMessage.TimeoutNow handover) {
    return replica.mayStand()
        ? Candidate.start(replica, handover.from() + " hands over", true)
        : this;
  }

  @Override
  Role onDurable() {
    sendOwedVote();
    if (acceptanceOwed) {
      accept();
    }
    return this;
  }

  private void sendOwedVote() {
    owedVote
        .filter(replica.persistent()::isVoteDurable)
        .ifPresent(
            candidate -> {
              owedVote = Optional.empty();
              replica.send(
                  candidate,
                  new PeerMessage.VoteReply(
                      replica.cluster(), replica.self(), replica.term(), true));
            });
  }

  /** Tells the leader how far the logs agree, and how much of that is durable here. */
  private void accept() {
    PersistentState persistent = replica.persistent();
    acceptanceOwed = persistent.durableIndex() < verifiedIndex || !persistent.isTermDurable();
    if (persistent.isTermDurable() && replica.leader().isPresent()) {
      replica.send(
          replica.leader().get(),
          new PeerMessage.AppendAccepted(
              replica.cluster(),
              replica.self(),
              replica.term(),
              verifiedIndex,
              Math.min(verifiedIndex, persistent.durableIndex()),
              readRound,
              replica.clientUrl()));
    }
  }
}
