package dchat.raft;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A leader handing over to {@code target} (thesis, section 3.10): it proposes nothing new, brings
 * the target up to date, then tells it to stand for election at once.
 *
 * @param deadlineNanos when it gives up and goes on leading itself
 * @param told whether the target has been told to stand
 */
record Handover(
    NodeId target, long deadlineNanos, boolean told, ActorRef<RaftActor.AdminReply> replyTo) {

  Handover afterTelling() {
    return new Handover(target, deadlineNanos, true, replyTo);
  }

  /** It ends because the leader stepped down, which is what was wanted. */
  void succeeded() {
    replyTo.tell(new RaftActor.Done("leadership handed to " + target, Optional.of(target)));
  }

  void gaveUp(String reason) {
    replyTo.tell(new RaftActor.Refused(RaftActor.Refusal.TRANSFER_FAILED, reason));
  }
}
