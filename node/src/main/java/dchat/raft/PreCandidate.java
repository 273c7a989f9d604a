package dchat.raft;

import java.util.Set;
import java.util.TreeSet;

/**
 * Asks whether it could win an election before it raises its term, so that a node that was cut off
 * doesn't depose a working leader when it comes back (thesis, section 9.6).
 */
final class PreCandidate extends Role {
  private final Set<NodeId> granted = new TreeSet<>();

  private PreCandidate(Replica replica, String reason) {
    super(replica, reason);
  }

  /** Asks everybody; a majority of one needs nobody else. */
  static Role start(Replica replica, String reason) {
    PreCandidate preCandidate = new PreCandidate(replica, reason);
    RaftLog log = replica.log();
    replica.sendToVoters(
        new PeerMessage.PreVoteRequest(
            replica.cluster(),
            replica.self(),
            replica.term(),
            replica.term() + 1,
            log.lastIndex(),
            log.lastTerm(),
            replica.raftAddress()));
    return preCandidate.grantedBy(replica.self());
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.PRE_CANDIDATE;
  }

  @Override
  Role onElectionTimeout() {
    replica.restartElectionTimer();
    return replica.mayStand()
        ? start(replica, "still no leader")
        : new Follower(replica, "isn't a voter any more");
  }

  @Override
  Role onPreVoteReply(PeerMessage.PreVoteReply reply) {
    boolean answersThisQuestion = reply.electionTerm() == replica.term() + 1;
    return reply.granted() && answersThisQuestion ? grantedBy(reply.from()) : this;
  }

  private Role grantedBy(NodeId voter) {
    granted.add(voter);
    return replica.membership().isMajority(granted)
        ? Candidate.start(replica, "could win: " + Candidate.names(granted), false)
        : this;
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
}
