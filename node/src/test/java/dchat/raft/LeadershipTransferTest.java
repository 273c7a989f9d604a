package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Handing leadership over (thesis, section 3.10). */
class LeadershipTransferTest extends ReplicaTest {

  @Test
  void the_target_is_told_to_stand_only_when_it_holds_everything() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.propose("not there yet");
    replica.makeDurable();

    var transfer = replica.transferTo(A);
    replica.expectNone(PeerMessage.TimeoutNow.class);
    replica.accepted(A, term, 2);

    assertThat(replica.expect(PeerMessage.TimeoutNow.class, A).term()).isEqualTo(term);
    replica.voteRequestOfTransfer(A, term + 1, 2, term);
    transfer.expectMessageClass(RaftActor.Done.class);
  }

  @Test
  void nothing_is_proposed_during_a_transfer() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    replica.transferTo(B);

    var reply = replica.propose("late");

    assertThat(reply.expectMessageClass(RaftActor.NotLeader.class).leader()).isEmpty();
  }

  @Test
  void a_target_that_does_not_take_over_is_given_up() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var transfer = replica.transferTo(B);
    replica.settle();

    // A stays in contact, B doesn't answer.
    for (int i = 0; i < 3; i++) {
      replica.accepted(A, term, 1);
      replica.settle();
      replica.clock.advance(java.time.Duration.ofMillis(300));
    }

    transfer.expectMessageClass(RaftActor.Refused.class);
    assertThat(replica.settle().status().isLeader()).isTrue();
  }

  @Test
  void who_is_told_to_stand_asks_no_pre_vote_and_is_not_refused_for_the_leaders_sake() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);

    replica.tell(new PeerMessage.TimeoutNow("test", A, 3));
    replica.makeDurable();

    assertThat(replica.expect(PeerMessage.VoteRequest.class, B).transfer()).isTrue();
  }

  @Test
  void a_vote_is_granted_although_the_leader_lives_if_it_hands_over() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);

    replica.voteRequestOfTransfer(B, 4, 0, 0);
    replica.makeDurable();

    assertThat(replica.expect(PeerMessage.VoteReply.class, B).granted()).isTrue();
  }

  @Test
  void a_follower_hands_nothing_over() {
    var replica = replica(3);

    replica.transferTo(A).expectMessageClass(RaftActor.NotLeader.class);
  }

  @Test
  void a_stranger_gets_no_leadership() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();

    var reply = replica.transferTo(new NodeId("stranger"));

    assertThat(reply.expectMessageClass(RaftActor.Refused.class).why())
        .isEqualTo(RaftActor.Refusal.NOT_A_VOTER);
  }
}
