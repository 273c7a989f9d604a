package dchat.raft;

import java.util.Optional;

/**
 * What a node knows of itself and its cluster at one moment. An immutable snapshot; the {@link
 * RaftActor} replaces it whole whenever something in it changes.
 *
 * @param leader the leader of {@code term}, if known: empty during an election
 * @param lastLogIndex index of the last entry in this node's log, committed or not
 * @param commitIndex highest index of this node's log that it knows to be committed
 * @param heardCommitIndex highest index it has heard to be committed, whether or not its own log
 *     goes so far: what it lacks is this minus {@code appliedIndex}
 * @param appliedIndex highest index whose effect this node's state holds
 * @param removed whether the node knows that the cluster goes on without it
 * @param trouble why the node can't take part at the moment (a failed disk write, say)
 */
public record RaftStatus(
    NodeId self,
    Role role,
    long term,
    Optional<Member> leader,
    long lastLogIndex,
    long commitIndex,
    long heardCommitIndex,
    long appliedIndex,
    Membership membership,
    boolean removed,
    Optional<String> trouble) {

  /** The part a node plays at the moment (paper, section 5.1). */
  public enum Role {
    /** Reading its journal; takes no part yet. */
    RECOVERING,
    FOLLOWER,
    /** Asking whether it could win before it raises its term (thesis, section 9.6). */
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
  }

  public boolean isLeader() {
    return role == Role.LEADER;
  }
}
