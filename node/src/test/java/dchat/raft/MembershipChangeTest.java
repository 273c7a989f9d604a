package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.junit.jupiter.api.Test;

/** Changing the members, one at a time (thesis, chapter 4). */
class MembershipChangeTest extends ReplicaTest {
  private static final NodeId C = new NodeId("c");
  private static final NodeId D = new NodeId("d");

  @Test
  void rule_13_no_change_before_a_commit_of_the_own_term() {
    var replica = replica(3);
    replica.becomeLeader();

    var reply = replica.addMember(C, true);

    assertThat(reply.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.CHANGE_UNDER_WAY);
  }

  @Test
  void rule_13_one_change_at_a_time() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    replica.addMember(C, true);

    var second = replica.addMember(D, true);

    assertThat(second.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.CHANGE_UNDER_WAY);
  }

  @Test
  void rule_13_a_new_member_is_a_learner_until_it_has_caught_up_and_holds_its_own_entry() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var added = replica.addMember(C, true);
    replica.makeDurable();
    long configuration = replica.settle().status().lastLogIndex();

    // It counts in no majority: two of the three voters are needed still.
    replica.accepted(C, term, configuration);
    assertThat(replica.settle().status().commitIndex()).isLessThan(configuration);

    replica.accepted(A, term, configuration);
    added.expectMessageClass(RaftActor.Done.class);
    assertThat(replica.settle().status().membership().isVoter(C)).isFalse();

    replica.accepted(C, term, configuration - 1);
    replica.accepted(C, term, configuration);
    replica.awaitStatus(s -> s.membership().isVoter(C));
  }

  @Test
  void rule_13_a_removed_leader_steps_down_after_the_commit_without_counting_itself() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var removed = replica.removeMember(SELF);
    replica.makeDurable();
    long configuration = replica.settle().status().lastLogIndex();

    replica.accepted(A, term, configuration);
    assertThat(replica.settle().status().isLeader()).isTrue();

    replica.accepted(B, term, configuration);
    removed.expectMessageClass(RaftActor.Done.class);
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER);
  }

  @Test
  void rule_13_a_node_that_is_no_voter_never_stands() {
    var replica = replicaOf(ReplicaFixture.membershipOf(A, B), 3);

    replica.timeout();
    replica.timeout();

    replica.expectNone(PeerMessage.PreVoteRequest.class);
  }

  @Test
  void rule_13_a_voter_that_lost_its_data_is_not_let_back_in_as_it_is() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();

    var reply = replica.addMember(A, true);

    assertThat(reply.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.MEMBER_EXISTS);
  }

  @Test
  void a_voter_that_has_its_data_is_welcome() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();

    var reply = replica.addMember(A, false);

    confirmLeadership(replica, term);
    reply.expectMessageClass(RaftActor.Done.class);
  }

  /** Its removal is only in this leader's log: who is told that it is done may wipe a voter. */
  @Test
  void rule_13_a_removal_asked_for_again_is_not_done_before_it_is_committed() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    replica.removeMember(B);

    var again = replica.removeMember(B);

    assertThat(again.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.CHANGE_UNDER_WAY);
  }

  @Test
  void rule_13_only_who_certainly_leads_says_that_a_node_is_no_member() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();

    var reply = replica.removeMember(C);
    replica.settle();
    reply.expectNoMessage(java.time.Duration.ZERO);

    confirmLeadership(replica, term);
    reply.expectMessageClass(RaftActor.Done.class);
  }

  @Test
  void rule_13_a_deposed_leader_does_not_say_that_a_node_is_no_member() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var reply = replica.removeMember(C);

    replica.appendEntries(A, term + 1, 0, 0, 0);

    assertThat(reply.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.OUTCOME_UNKNOWN);
  }

  private static void confirmLeadership(ReplicaFixture replica, long term) {
    long round = replica.expectRound(A, 1).readRound();
    replica.accepted(A, term, replica.settle().status().lastLogIndex(), round);
  }

  @Test
  void rule_13_a_learner_that_lost_its_data_is_sent_what_it_lacks_whatever_it_acknowledged() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.addMember(C, true);
    replica.makeDurable();
    long last = replica.settle().status().lastLogIndex();

    // Of its earlier life, and late.
    replica.accepted(C, term, last);
    replica.settle();
    replica.clock.advance(replica.settings().heartbeatInterval());
    replica.tell(new PeerMessage.AppendRejected("test", C, term, last, 0, 1));
    replica.tell(new PeerMessage.AppendRejected("test", C, term, last, 0, 1));

    PeerMessage.AppendEntries append = replica.expect(PeerMessage.AppendEntries.class, C);
    while (append.prevLogIndex() > 0) {
      append = replica.expect(PeerMessage.AppendEntries.class, C);
    }
    assertThat(append.entries()).first().extracting(LogEntry::index).isEqualTo(1L);
  }

  @Test
  void rule_13_what_a_learner_acknowledged_before_it_lost_its_data_makes_no_voter_of_it() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.addMember(C, true);
    replica.makeDurable();
    long added = replica.settle().status().lastLogIndex();
    replica.accepted(C, term, added);
    replica.accepted(A, term, added);
    replica.awaitStatus(s -> s.commitIndex() == added);

    var again = replica.addMember(C, true);
    replica.makeDurable();
    long addedAgain = replica.settle().status().lastLogIndex();
    assertThat(addedAgain).isGreaterThan(added);
    replica.accepted(A, term, addedAgain);
    again.expectMessageClass(RaftActor.Done.class);
    replica.accepted(C, term, 0);
    assertThat(replica.settle().status().membership().isVoter(C)).isFalse();

    // The new one begins at the beginning.
    replica.clock.advance(replica.settings().heartbeatInterval());
    PeerMessage.AppendEntries probe = replica.expect(PeerMessage.AppendEntries.class, C);
    while (probe.prevLogIndex() != addedAgain) {
      probe = replica.expect(PeerMessage.AppendEntries.class, C);
    }
    replica.tell(new PeerMessage.AppendRejected("test", C, term, addedAgain, 0, 1));
    do {
      probe = replica.expect(PeerMessage.AppendEntries.class, C);
    } while (probe.prevLogIndex() != 0);
    assertThat(probe.entries()).hasSize((int) addedAgain);
    replica.accepted(C, term, addedAgain);
    replica.awaitStatus(s -> s.membership().isVoter(C));
  }

  @Test
  void a_leader_that_is_no_member_as_far_as_this_log_goes_is_known_and_answered() {
    var replica = replica(3);

    replica.appendEntries(C, 4, 7, 3, 7);

    assertThat(replica.expect(PeerMessage.AppendRejected.class, C).conflictIndex()).isEqualTo(1);
    assertThat(replica.settle().status().leader())
        .hasValueSatisfying(
            leader -> {
              assertThat(leader.id()).isEqualTo(C);
              assertThat(leader.raftAddress()).isEqualTo("c:1");
              assertThat(leader.clientUrl()).hasValue("http://c");
            });
  }

  @Test
  void a_candidate_that_is_no_member_as_far_as_this_log_goes_gets_its_vote() {
    var replica = replica(3);

    replica.preVoteRequest(C, 4, 0, 0);
    assertThat(replica.expect(PeerMessage.PreVoteReply.class, C).granted()).isTrue();
    replica.voteRequest(C, 4, 0, 0);
    replica.makeDurable();

    assertThat(replica.expect(PeerMessage.VoteReply.class, C).granted()).isTrue();
  }

  @Test
  void a_removed_leader_leaves_nobody_waiting_for_an_election_timeout() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.removeMember(SELF);
    replica.makeDurable();
    long configuration = replica.settle().status().lastLogIndex();

    replica.accepted(A, term, configuration);
    replica.expectNone(PeerMessage.TimeoutNow.class);
    replica.accepted(B, term, configuration);

    replica.awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER);
    replica.sent.fishForMessage(
        java.time.Duration.ofSeconds(5),
        s ->
            s.message() instanceof PeerMessage.TimeoutNow
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  @Test
  void the_last_voter_stays() {
    var replica = replicaOf(ReplicaFixture.membershipOf(SELF), 0);
    replica.timeout();
    replica.makeDurable();
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 1);

    var reply = replica.removeMember(SELF);

    assertThat(reply.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.LAST_VOTER);
  }

  @Test
  void a_follower_changes_nothing() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);

    replica.addMember(C, true).expectMessageClass(RaftActor.NotLeader.class);
    replica.removeMember(B).expectMessageClass(RaftActor.NotLeader.class);
  }

  @Test
  void a_truncated_change_takes_the_earlier_membership_back() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var added = replica.addMember(C, true);
    replica.settle();
    assertThat(replica.settle().status().membership().find(C)).isPresent();

    // A leader that never saw the change overwrites it.
    replica.appendEntries(A, term + 1, 1, term, 1, entry(2, term + 1));

    assertThat(added.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.OUTCOME_UNKNOWN);
    assertThat(replica.settle().status().membership().find(C)).isEmpty();
  }

  @Test
  void rule_13_a_node_whose_log_does_not_name_the_leader_answers_it() {
    var replica = replicaOf(ReplicaFixture.membershipOf(A, SELF), 3);

    replica.appendEntries(C, 3, 0, 0, 0);

    replica.expect(PeerMessage.AppendAccepted.class, C);
  }

  @Test
  void rule_13_a_node_whose_log_does_not_name_the_candidate_votes_for_it() {
    var replica = replicaOf(ReplicaFixture.membershipOf(A, SELF), 3);

    replica.voteRequest(C, 4, 0, 0);
    replica.makeDurable();

    assertThat(replica.expect(PeerMessage.VoteReply.class, C).granted()).isTrue();
  }

  @Test
  void rule_13_a_node_whose_removal_is_not_committed_stands_and_is_no_part_of_the_majority() {
    var replica = replica(3, configuration(1, A, B));
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
    replica.tell(new PeerMessage.PreVoteReply(ReplicaFixture.CLUSTER, A, 3, 4, true));
    replica.settle();
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.PRE_CANDIDATE);

    replica.tell(new PeerMessage.PreVoteReply(ReplicaFixture.CLUSTER, B, 3, 4, true));
    replica.makeDurable();
    replica.voteReply(A, 4, true);
    replica.voteReply(B, 4, true);
    replica.awaitStatus(RaftStatus::isLeader);
    replica.makeDurable();
    replica.accepted(A, 4, 2);
    replica.accepted(B, 4, 2);

    replica.awaitStatus(s -> s.commitIndex() == 2 && !s.isLeader());
    replica.timeout();
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.FOLLOWER);
  }

  /** It may have led, and the only other one that votes may lack the entry that removed it. */
  @Test
  void rule_13_a_node_that_restarts_and_knows_neither_its_admission_nor_removal_committed_stands() {
    Membership alone = ReplicaFixture.membershipOf(A);
    var replica = replicaOf(alone, 3, configuration(1, A, SELF), configuration(2, A));

    replica.timeout();

    replica.expect(PeerMessage.PreVoteRequest.class, A);
  }

  static LogEntry configuration(long index, NodeId... voters) {
    return new LogEntry(
        index,
        3,
        0,
        LogEntry.Kind.CONFIGURATION,
        RaftCbor.write(ReplicaFixture.membershipOf(voters)));
  }
}
