package dchat.raft;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Stands for election in a term of its own (paper, section 5.2). */
final class Candidate extends Role {
  private final Set<NodeId> votes = new TreeSet<>();
  private final boolean transfer;
  private boolean asked;

  private Candidate(Replica replica, String reason, boolean transfer) {
    super(replica, reason);
    this.transfer = transfer;
  }

  /**
   * Raises the term and votes for itself; asks the others once that is durable.
   *
   * @param transfer whether the leader asked for it
   */
  static Role start(Replica replica, String reason, boolean transfer) {
    replica.persistent().advanceTerm(replica.term() + 1);
    replica.persistent().voteFor(replica.self());
    replica.restartElectionTimer();
    return new Candidate(replica, reason, transfer);
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.CANDIDATE;
  }

  /**
   * Neither the request nor the own vote counts before the vote is durable: after a crash this node
   * must not vote for somebody else in the term it stood in.
   */
  @Override
  Role onDurable() {
    if (asked || !replica.persistent().isVoteDurable(replica.self())) {
      return this;
    }
    asked = true;
    RaftLog log = replica.log();
    replica.sendToVoters(
        new PeerMessage.VoteRequest(
            replica.cluster(),
            replica.self(),
            replica.term(),
            log.lastIndex(),
            log.lastTerm(),
            transfer,
            replica.raftAddress()));
    return votedBy(replica.self());
  }

  @Override
  Role onVoteReply(PeerMessage.VoteReply reply) {
    return reply.granted() ? votedBy(reply.from()) : this;
  }

  private Role votedBy(NodeId voter) {
    votes.add(voter);
    return replica.membership().isMajority(votes)
        ? Leader.start(replica, "votes: " + names(votes))
        : this;
  }

  @Override
  Role onElectionTimeout() {
    replica.restartElectionTimer();
    return PreCandidate.start(replica, "split vote in term " + replica.term());
  }

  @Override
  Role onTrouble(String trouble) {
    return new Follower(replica, trouble);
  }

  @Override
  Role onAppendEntries(PeerMessage.AppendEntries append) {
    return new Follower(replica, "leader: " + append.from()).onAppendEntries(append);
  }

  @Override
  Role onInstallSnapshot(PeerMessage.InstallSnapshot part) {
    return new Follower(replica, "leader: " + part.from()).onInstallSnapshot(part);
  }

  static String names(Set<NodeId> ids) {
    return ids.stream().map(NodeId::value).collect(Collectors.joining(", "));
  }
}
