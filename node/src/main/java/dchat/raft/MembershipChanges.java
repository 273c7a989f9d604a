package dchat.raft;

import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A leader changing its cluster's members, one change at a time (thesis, sections 4.1 to 4.3):
 * additions, promotions of learners, removals, and who waits for one to commit. Belongs to one
 * leadership; changed only by its {@link Leader}, on the RaftActor's thread.
 */
final class MembershipChanges {
  private final Leader leader;
  private final Replica replica;
  private final Commitment commitment;
  private final Replicators replicators;
  private final TreeMap<Long, ActorRef<RaftActor.AdminReply>> waiting = new TreeMap<>();

  MembershipChanges(
      Leader leader, Replica replica, Commitment commitment, Replicators replicators) {
    this.leader = leader;
    this.replica = replica;
    this.commitment = commitment;
    this.replicators = replicators;
  }

  void add(RaftActor.AddMember request) {
    Membership membership = replica.membership();
    Optional<RaftActor.Refused> refusal = refusal(request, membership).or(this::refusalNow);
    if (refusal.isPresent()) {
      request.replyTo().tell(refusal.get());
      return;
    }
    Optional<Member> present = membership.find(request.id());
    if (present.isPresent() && !request.withoutData()) {
      confirmUnchanged("is a member already", request.replyTo());
      return;
    }
    Member learner =
        new Member(
            request.id(), request.raftAddress(), request.clientUrl(), Member.Suffrage.LEARNER);
    // Also where it is a learner that lost its data: it has to acknowledge this entry before it
    // votes, and nothing it acknowledged before it lost them reaches so far.
    Membership changed =
        present.isPresent() ? membership.withUpdated(learner) : membership.with(learner);
    waiting.put(change(changed), request.replyTo());
    replicators.startAnew(learner);
  }

  void remove(RaftActor.RemoveMember request) {
    Membership membership = replica.membership();
    Optional<RaftActor.Refused> refusal = refusal(request, membership).or(this::refusalNow);
    if (refusal.isPresent()) {
      request.replyTo().tell(refusal.get());
      return;
    }
    if (membership.find(request.id()).isEmpty()) {
      confirmUnchanged("is no member", request.replyTo());
      return;
    }
    waiting.put(change(membership.without(request.id())), request.replyTo());
  }

  /**
   * There is nothing to do, if this is still the leader. Who believes a deposed one that a node is
   * removed may wipe a voter.
   */
  private void confirmUnchanged(String what, ActorRef<RaftActor.AdminReply> replyTo) {
    leader.confirmRead(
        index ->
            replyTo.tell(
                index.isPresent() ? new RaftActor.Done(what, Optional.empty()) : leadershipLost()));
  }

  /**
   * A learner becomes a voter when it holds the entry that made it a member and lacks so little
   * that the next majority needn't wait for it (thesis, section 4.2.1).
   */
  void promoteIfCaughtUp(NodeId peer) {
    Membership membership = replica.membership();
    Optional<Member> learner = membership.find(peer).filter(m -> !m.isVoter());
    if (learner.isEmpty() || refusalNow().isPresent()) {
      return;
    }
    RaftLog log = replica.log();
    long match = commitment.matchIndex(peer);
    boolean caughtUp = log.lastIndex() - match <= replica.settings().catchUpEntries();
    if (caughtUp && match >= log.membershipIndex()) {
      change(membership.withUpdated(learner.get().asVoter()));
    }
  }

  /** The latest membership in the log is committed: answers who waits, takes leave of who went. */
  void committed() {
    Membership membership = replica.membership();
    var done = waiting.headMap(replica.commitIndex(), true);
    done.values()
        .forEach(
            replyTo ->
                replyTo.tell(
                    new RaftActor.Done(
                        "members: " + membership.members().stream().map(Member::id).toList(),
                        Optional.empty())));
    done.clear();
    replicators.beginFarewells(membership);
  }

  /**
   * Makes the client URLs that members told part of the membership, so that every node can redirect
   * to every other. The voters stay the same, so no quorum changes.
   */
  void publishLearnedUrls() {
    Membership complete = replica.membershipWithUrls();
    if (refusalNow().isEmpty() && !complete.equals(replica.membership())) {
      change(complete);
    }
  }

  /** The leadership is over: nobody here will hear what becomes of a change. */
  void abandon() {
    waiting.values().forEach(replyTo -> replyTo.tell(leadershipLost()));
    waiting.clear();
  }

  private static RaftActor.Refused leadershipLost() {
    return new RaftActor.Refused(
        RaftActor.Refusal.OUTCOME_UNKNOWN, "leadership was lost; the change may still take effect");
  }

  /**
   * A change counts from the moment it is in the log (thesis, section 4.1).
   *
   * @return its index
   */
  private long change(Membership changed) {
    LogEntry entry = leader.append(LogEntry.Kind.CONFIGURATION, RaftCbor.write(changed));
    commitment.membershipChanged(changed);
    return entry.index();
  }

  /**
   * Why no change may begin now. Two overlapping changes could have majorities without a member in
   * common, and before a commit of its own term a leader can't know of one that overlaps (thesis,
   * section 4.1, and the correction of 2015).
   */
  private Optional<RaftActor.Refused> refusalNow() {
    if (!leader.hasCommittedInItsTerm()) {
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
  private static Optional<RaftActor.Refused> refusal(
      RaftActor.AddMember request, Membership membership) {
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

  private static Optional<RaftActor.Refused> refusal(
      RaftActor.RemoveMember request, Membership membership) {
    boolean lastVoter = membership.isVoter(request.id()) && membership.voters().size() == 1;
    return lastVoter
        ? refused(
            RaftActor.Refusal.LAST_VOTER, request.id() + " is the last voter and can't be removed")
        : Optional.empty();
  }

  private static Optional<RaftActor.Refused> refused(RaftActor.Refusal why, String reason) {
    return Optional.of(new RaftActor.Refused(why, reason));
  }
}
