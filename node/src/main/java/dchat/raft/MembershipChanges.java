package dchat.raft;

import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The rules for changing a cluster's members, one at a time (thesis, sections 4.1 to 4.3), and who
 * waits for a change to commit. Belongs to one leadership.
 */
final class MembershipChanges {
  private final TreeMap<Long, ActorRef<RaftActor.AdminReply>> waiting = new TreeMap<>();

  /**
   * Why no change may begin now. Two overlapping changes could have majorities without a member in
   * common, and before a commit of its own term a leader can't know of one that overlaps (thesis,
   * section 4.1, and the correction of 2015).
   */
  static Optional<RaftActor.Refused> refusalNow(Replica replica, long firstIndexOfTerm) {
    if (replica.commitIndex() < firstIndexOfTerm) {
      return refused(
          RaftActor.Refusal.CHANGE_UNDER_WAY, "this leader has committed nothing yet; try again");
    }
    if (replica.log().membershipIndex() > replica.commitIndex()) {
      return refused(RaftActor.Refusal.CHANGE_UNDER_WAY, "another change is under way; try again");
    }
    return Optional.empty();
  }

  /**
   * Why {@code request} can't be granted at all. A voter that has lost its disk has forgotten its
   * votes and entries, so it may only come back as a new member.
   */
  static Optional<RaftActor.Refused> refusal(RaftActor.AddMember request, Membership membership) {
    Optional<Member> present = membership.find(request.id());
    if (present.isEmpty()) {
      return membership.members().stream()
          .filter(m -> m.raftAddress().equals(request.raftAddress()))
          .findFirst()
          .flatMap(
              m ->
                  refused(
                      RaftActor.Refusal.MEMBER_EXISTS,
                      m.id() + " has the address " + m.raftAddress() + " already"));
    }
    if (!present.get().raftAddress().equals(request.raftAddress())) {
      return refused(
          RaftActor.Refusal.MEMBER_EXISTS,
          request.id() + " is a member at " + present.get().raftAddress() + "; remove it first");
    }
    if (present.get().isVoter() && request.withoutData()) {
      return refused(
          RaftActor.Refusal.MEMBER_EXISTS,
          request.id() + " is a voter that has lost its data; remove it first, then add it");
    }
    return Optional.empty();
  }

  static Optional<RaftActor.Refused> refusal(
      RaftActor.RemoveMember request, Membership membership) {
    boolean lastVoter = membership.isVoter(request.id()) && membership.voters().size() == 1;
    return lastVoter
        ? refused(
            RaftActor.Refusal.LAST_VOTER, request.id() + " is the last voter and can't be removed")
        : Optional.empty();
  }

  /** Answers {@code replyTo} when the entry at {@code index} commits. */
  void await(long index, ActorRef<RaftActor.AdminReply> replyTo) {
    waiting.put(index, replyTo);
  }

  void committed(long commitIndex, Membership membership) {
    var done = waiting.headMap(commitIndex, true);
    done.values()
        .forEach(
            replyTo ->
                replyTo.tell(
                    new RaftActor.Done(
                        "members: " + membership.members().stream().map(Member::id).toList(),
                        Optional.empty())));
    done.clear();
  }

  void abandon() {
    waiting.values().forEach(replyTo -> replyTo.tell(leadershipLost()));
    waiting.clear();
  }

  static RaftActor.Refused leadershipLost() {
    return new RaftActor.Refused(
        RaftActor.Refusal.OUTCOME_UNKNOWN, "leadership was lost; the change may still take effect");
  }

  private static Optional<RaftActor.Refused> refused(RaftActor.Refusal why, String reason) {
    return Optional.of(new RaftActor.Refused(why, reason));
  }
}
