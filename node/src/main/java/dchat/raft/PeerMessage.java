package dchat.raft;

import java.util.List;
import java.util.Optional;

/**
 * What one replica says to another. Travels as CBOR; the answer goes to the sender's address in the
 * membership, or, if it isn't in there, to the one it gives; never to a reference in the message.
 */
public sealed interface PeerMessage extends RaftActor.Command {

  /** Name of the cluster; a message of another cluster is dropped. */
  String cluster();

  /** Who sent it. */
  NodeId from();

  /** The sender's current term. */
  long term();

  /**
   * Asks for an answer, perhaps of a node whose log doesn't name the sender as a member yet, or any
   * more: it may lead or stand by a newer membership. So it says where the answer goes.
   */
  sealed interface Introducing extends PeerMessage {

    /** Where peers reach the sender, {@code host:port}. */
    String raftAddress();
  }

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
      long lastLogTerm,
      String raftAddress)
      implements Introducing {}

  record PreVoteReply(String cluster, NodeId from, long term, long electionTerm, boolean granted)
      implements PeerMessage {}

  /**
   * The cluster goes on without the receiver, which asks for votes still: its leader's farewell
   * didn't reach it.
   *
   * @param membershipIndex of the committed entry whose membership lacks the receiver
   */
  record NotAMember(String cluster, NodeId from, long term, long membershipIndex)
      implements PeerMessage {}

  /**
   * RequestVote (paper, section 5.2).
   *
   * @param transfer the leader itself asked for this election, so its being alive is no reason to
   *     refuse (thesis, section 4.2.3)
   */
  record VoteRequest(
      String cluster,
      NodeId from,
      long term,
      long lastLogIndex,
      long lastLogTerm,
      boolean transfer,
      String raftAddress)
      implements Introducing {}

  /** The vote of {@code from} in {@code term}; a granted one is durable before it leaves. */
  record VoteReply(String cluster, NodeId from, long term, boolean granted)
      implements PeerMessage {}

  /**
   * AppendEntries (paper, section 5.3); without entries it is the heartbeat.
   *
   * @param readRound the latest round of {@link ReadRounds}; comes back in the acceptance
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
      long readRound,
      String raftAddress,
      String clientUrl)
      implements Introducing {

    long lastIndex() {
      return prevLogIndex + entries.size();
    }
  }

  /**
   * The log of {@code from} agrees with the leader's up to {@code verifiedIndex}.
   *
   * @param matchIndex how much of that is durable there: the only thing that counts for commitment
   * @param readRound the latest round that {@code from} has heard of in this term
   * @param clientUrl where clients reach {@code from}
   */
  record AppendAccepted(
      String cluster,
      NodeId from,
      long term,
      long verifiedIndex,
      long matchIndex,
      long readRound,
      String clientUrl)
      implements PeerMessage {}

  /**
   * The commit index has moved while nothing else was to be sent. Without it, who listens at a
   * follower would wait for the next heartbeat; it needs no answer, and nothing depends on its
   * arrival.
   */
  record CommitAdvanced(String cluster, NodeId from, long term, long leaderCommit)
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

  /**
   * One part of the leader's state, for a peer whose next entry was compacted (paper, figure 13).
   * The next one follows when this one is acknowledged.
   *
   * @param image tells this image of the state from every other one that {@code from} sends in this
   *     term: two images of one index needn't be cut into the same parts
   * @param chunk number of this part, from 0
   * @param last whether the snapshot ends with it
   */
  record InstallSnapshot(
      String cluster,
      NodeId from,
      long term,
      SnapshotMeta meta,
      long image,
      long chunk,
      byte[] data,
      boolean last,
      String raftAddress,
      String clientUrl)
      implements Introducing {}

  /**
   * A part has arrived and is stored.
   *
   * @param image that it belongs to
   * @param nextChunk number of the part wanted next; 0 asks to begin again
   */
  record SnapshotChunkStored(String cluster, NodeId from, long term, long image, long nextChunk)
      implements PeerMessage {}

  /** Stand for election now: the leader hands over (thesis, section 3.10). */
  record TimeoutNow(String cluster, NodeId from, long term) implements PeerMessage {}

  /** From which index on is a read fresh? Asked by a follower (thesis, section 6.4). */
  record ReadIndexRequest(String cluster, NodeId from, long term, long requestId)
      implements PeerMessage {}

  /**
   * @param index empty if the asked node can't tell: it doesn't lead, or not for sure
   */
  record ReadIndexReply(
      String cluster, NodeId from, long term, long requestId, Optional<Long> index)
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
