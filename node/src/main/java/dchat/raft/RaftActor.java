package dchat.raft;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** One replica's consensus. The protocol for the rest of the node; behaviour follows. */
public final class RaftActor {
  private RaftActor() {}

  /** Everything a RaftActor understands. */
  public sealed interface Command {}

  /**
   * Asks for a command to be committed.
   *
   * @param command what the {@link StateMachine} will apply, already encoded
   * @param forward what a follower does with it: hand it to the leader ({@code true}), or answer
   *     {@link NotLeader}
   */
  public record Propose(byte[] command, boolean forward, ActorRef<ProposeReply> replyTo)
      implements Command {}

  /** Asks for the members and how far each has come. */
  public record GetClusterView(ActorRef<ClusterView> replyTo) implements Command {}

  /** What became of a proposal. */
  public sealed interface ProposeReply {}

  /**
   * Committed and applied on this node (on the leader, if it was forwarded).
   *
   * @param result what the state machine returned for it
   */
  public record Committed(long index, byte[] result) implements ProposeReply {}

  /** Not proposed here: this node isn't the leader. Safe to send again, here or elsewhere. */
  public record NotLeader(Optional<Member> leader) implements ProposeReply {}

  /** Not proposed: as much is in flight already as the settings allow. Safe to send again. */
  public record Overloaded(String reason) implements ProposeReply {}

  /** Proposed, but nobody here can say any more whether it is or will be committed. */
  public record OutcomeUnknown(String reason) implements ProposeReply {}

  /**
   * The cluster as this node sees it.
   *
   * @param peers what the leader knows of each other member; empty on a node that isn't leader
   */
  public record ClusterView(RaftStatus status, List<PeerProgress> peers) {}

  /**
   * How far a peer has come, as its leader knows it.
   *
   * @param matchIndex highest index known to be durable there
   * @param lastContactMillis milliseconds since its last answer in this term; empty if none yet
   */
  public record PeerProgress(NodeId id, long matchIndex, Optional<Long> lastContactMillis) {}
}
