package dchat.raft;

import java.util.List;
import java.util.Optional;

/**
 * What one replica says to another. Travels as CBOR; the answer goes to the sender's configured
 * address, never to a reference inside the message.
 */
public sealed interface PeerMessage extends RaftActor.Command {

  /** Name of the cluster; a message of another cluster is dropped. */
  String cluster();

  /** Who sent it. */
  NodeId from();

  /** The sender's current term. */
  long term();

  /**
   * Would you vote for me in {@code electionTerm}? Changes nothing at the receiver (thesis, section
   * 9.6).
   */
  record PreVoteRequest(
      String cluster,
      NodeId from,
      long term,
      long electionTerm,
      long lastLogIndex,
      long lastLogTerm)
      implements PeerMessage {}

  record PreVoteReply(String cluster, NodeId from, long term, long electionTerm, boolean granted)
      implements PeerMessage {}

  /** RequestVote (paper, section 5.2). */
  record VoteRequest(String cluster, NodeId from, long term, long lastLogIndex, long lastLogTerm)
      implements PeerMessage {}

  /** The vote of {@code from} in {@code term}; a granted one is durable before it leaves. */
  record VoteReply(String cluster, NodeId from, long term, boolean granted)
      implements PeerMessage {}

  /**
   * AppendEntries (paper, section 5.3); without entries it is the heartbeat.
   *
   * @param clientUrl where clients reach the leader
   */
  record AppendEntries(
      String cluster,
      NodeId from,
      long term,
      long prevLogIndex,
      long prevLogTerm,
      List<LogEntry> entries,
      long leaderCommit,
      String clientUrl)
      implements PeerMessage {

    long lastIndex() {
      return prevLogIndex + entries.size();
    }
  }

  /**
   * The log of {@code from} agrees with the leader's up to {@code verifiedIndex}.
   *
   * @param matchIndex how much of that is durable there: the only thing that counts for commitment
   * @param clientUrl where clients reach {@code from}
   */
  record AppendAccepted(
      String cluster, NodeId from, long term, long verifiedIndex, long matchIndex, String clientUrl)
      implements PeerMessage {}

  /**
   * The log of {@code from} has no entry of the asked term at {@code prevLogIndex}, or its term is
   * newer.
   *
   * @param conflictTerm term of the entry it has there, 0 if its log is shorter
   * @param conflictIndex first index it holds of that term, or its last index + 1 (paper, end of
   *     section 5.3)
   */
  record AppendRejected(
      String cluster,
      NodeId from,
      long term,
      long prevLogIndex,
      long conflictTerm,
      long conflictIndex)
      implements PeerMessage {}

  /** A command that a client gave to a follower. */
  record ForwardedProposal(String cluster, NodeId from, long term, long requestId, byte[] command)
      implements PeerMessage {}

  /** What became of it, for the follower's client. */
  record ForwardedReply(
      String cluster,
      NodeId from,
      long term,
      long requestId,
      Outcome outcome,
      long index,
      byte[] result,
      Optional<String> reason)
      implements PeerMessage {

    enum Outcome {
      COMMITTED,
      NOT_LEADER,
      OVERLOADED,
      UNKNOWN
    }
  }
}
