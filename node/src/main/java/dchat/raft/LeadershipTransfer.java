package dchat.raft;

import java.util.Comparator;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A leader handing over (thesis, section 3.10): it proposes nothing new, brings the target up to
 * date, then tells it to stand for election at once. If nothing comes of it within an election
 * timeout, it goes on leading.
 */
final class LeadershipTransfer {

  private record Handover(
      NodeId target, long deadlineNanos, boolean told, ActorRef<RaftActor.AdminReply> replyTo) {}

  private final Replica replica;
  private final Commitment commitment;
  private final PeerContacts contacts;
  private Optional<Handover> handover = Optional.empty();

  LeadershipTransfer(Replica replica, Commitment commitment, PeerContacts contacts) {
    this.replica = replica;
    this.commitment = commitment;
    this.contacts = contacts;
  }

  boolean isUnderWay() {
    return handover.isPresent();
  }

  void begin(RaftActor.TransferLeadership request) {
    ActorRef<RaftActor.AdminReply> replyTo = request.replyTo();
    Optional<NodeId> target = request.to().or(this::mostCaughtUpVoter);
    if (handover.isPresent()) {
      replyTo.tell(refused("a transfer is under way already"));
    } else if (target.isEmpty()) {
      replyTo.tell(refused("no other voter is in contact"));
    } else if (target.get().equals(replica.self())) {
      replyTo.tell(new RaftActor.Done("leads already", target));
    } else if (!replica.membership().isVoter(target.get())) {
      replyTo.tell(
          new RaftActor.Refused(RaftActor.Refusal.NOT_A_VOTER, target.get() + " is no voter"));
    } else {
      long deadline = replica.nanos() + replica.settings().electionTimeoutMax().toNanos();
      handover = Optional.of(new Handover(target.get(), deadline, false, replyTo));
      proceed();
    }
  }

  private Optional<NodeId> mostCaughtUpVoter() {
    return replica.membership().voters().stream()
        .map(Member::id)
        .filter(id -> !id.equals(replica.self()))
        .filter(id -> contacts.isInContact(id, replica.nanos()))
        .max(Comparator.comparing(commitment::matchIndex));
  }

  /** Tells the target to stand once it holds everything, and everything is committed. */
  void proceed() {
    long last = replica.log().lastIndex();
    Optional<Handover> ready =
        handover
            .filter(h -> !h.told())
            .filter(h -> commitment.matchIndex(h.target()) == last)
            .filter(h -> replica.commitIndex() == last);
    if (ready.isPresent()) {
      Handover now = ready.get();
      handover = Optional.of(new Handover(now.target(), now.deadlineNanos(), true, now.replyTo()));
      tellToStand(now.target());
    }
  }

  /** This node was removed: whoever is to lead now needn't wait until its silence is noticed. */
  void bequeath() {
    mostCaughtUpVoter().ifPresent(this::tellToStand);
  }

  private void tellToStand(NodeId heir) {
    replica.send(
        heir, new PeerMessage.TimeoutNow(replica.cluster(), replica.self(), replica.term()));
  }

  void expire() {
    if (handover.filter(h -> h.deadlineNanos() - replica.nanos() <= 0).isPresent()) {
      Handover late = handover.get();
      handover = Optional.empty();
      late.replyTo().tell(refused(late.target() + " didn't take over in time"));
    }
  }

  /** This node leads no more, which is what was wanted. */
  void leadershipEnded() {
    handover.ifPresent(
        h ->
            h.replyTo()
                .tell(
                    new RaftActor.Done(
                        "leadership handed to " + h.target(), Optional.of(h.target()))));
    handover = Optional.empty();
  }

  private static RaftActor.Refused refused(String reason) {
    return new RaftActor.Refused(RaftActor.Refusal.TRANSFER_FAILED, reason);
  }
}
