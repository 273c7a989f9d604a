package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Linearizable reads without writing to the log (thesis, section 6.4). */
class ReadIndexTest extends ReplicaTest {

  @Test
  void rule_9_a_read_waits_until_a_majority_has_answered_a_round_begun_after_it() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();

    var read = replica.read();
    replica.expectRound(A, 1);
    // An answer to what was sent before the read came.
    replica.accepted(A, term, 1, 0);
    replica.settle();
    read.expectNoMessage(Duration.ZERO);

    replica.accepted(A, term, 1, 1);
    assertThat(read.expectMessageClass(RaftActor.ReadReady.class).appliedIndex()).isEqualTo(1);
  }

  @Test
  void rule_9_no_read_before_the_first_commit_of_the_own_term() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    var noOp = replica.expectWrite();

    var read = replica.read();
    replica.accepted(A, term, 0, 1);
    replica.settle();
    read.expectNoMessage(Duration.ZERO);

    replica.durable(noOp);
    replica.accepted(A, term, 1, 1);
    assertThat(read.expectMessageClass(RaftActor.ReadReady.class).appliedIndex()).isEqualTo(1);
  }

  @Test
  void rule_9_one_voter_answering_twice_is_no_majority() {
    var replica =
        replicaOf(ReplicaFixture.membershipOf(SELF, A, B, new NodeId("c"), new NodeId("d")), 3);
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
    replica.tell(new PeerMessage.PreVoteReply("test", A, 3, 4, true));
    replica.tell(new PeerMessage.PreVoteReply("test", B, 3, 4, true));
    replica.makeDurable();
    replica.voteReply(A, 4, true);
    replica.voteReply(B, 4, true);
    replica.makeDurable();
    replica.accepted(A, 4, 1);
    replica.accepted(B, 4, 1);

    var read = replica.read();
    replica.accepted(A, 4, 1, 1);
    replica.accepted(A, 4, 1, 1);
    replica.settle();
    read.expectNoMessage(Duration.ZERO);

    replica.accepted(B, 4, 1, 1);
    read.expectMessageClass(RaftActor.ReadReady.class);
  }

  @Test
  void reads_during_a_round_share_the_next_one() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    var first = replica.read();
    var second = replica.read();
    var third = replica.read();

    replica.accepted(A, term, 1, 1);
    first.expectMessageClass(RaftActor.ReadReady.class);
    replica.expectRound(A, 2);
    second.expectNoMessage(Duration.ZERO);

    replica.accepted(A, term, 1, 2);
    second.expectMessageClass(RaftActor.ReadReady.class);
    third.expectMessageClass(RaftActor.ReadReady.class);
  }

  @Test
  void rule_10_a_leader_that_lost_its_majority_refuses_reads() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    var read = replica.read();
    replica.settle();

    replica.timeout();

    read.expectMessageClass(RaftActor.ReadRefused.class);
  }

  @Test
  void a_follower_asks_its_leader_and_waits_until_it_has_applied() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0, ReplicaFixture.entry(1, 3));
    replica.makeDurable();

    var read = replica.read();
    var asked = replica.expect(PeerMessage.ReadIndexRequest.class, A);
    replica.tell(new PeerMessage.ReadIndexReply("test", A, 3, asked.requestId(), Optional.of(1L)));
    replica.settle();
    read.expectNoMessage(Duration.ZERO);

    replica.appendEntries(A, 3, 1, 3, 1);
    assertThat(read.expectMessageClass(RaftActor.ReadReady.class).appliedIndex()).isEqualTo(1);
  }

  /** An answer speaks only for reads that began before its question (thesis, section 6.4). */
  @Test
  void reads_that_begin_while_a_follower_asks_share_the_next_question() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 1, ReplicaFixture.entry(1, 3));
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 1);
    var first = replica.read();
    var asked = replica.expect(PeerMessage.ReadIndexRequest.class, A);
    var second = replica.read();
    var third = replica.read();
    replica.expectNone(PeerMessage.ReadIndexRequest.class);

    replica.tell(new PeerMessage.ReadIndexReply("test", A, 3, asked.requestId(), Optional.of(1L)));

    first.expectMessageClass(RaftActor.ReadReady.class);
    var askedAgain = replica.expect(PeerMessage.ReadIndexRequest.class, A);
    replica.settle();
    second.expectNoMessage(Duration.ZERO);
    replica.tell(
        new PeerMessage.ReadIndexReply("test", A, 3, askedAgain.requestId(), Optional.of(1L)));
    second.expectMessageClass(RaftActor.ReadReady.class);
    third.expectMessageClass(RaftActor.ReadReady.class);
    replica.expectNone(PeerMessage.ReadIndexRequest.class);
  }

  @Test
  void a_question_that_is_lost_holds_up_nobody_else_for_longer_than_a_heartbeat() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);
    replica.read();
    var lost = replica.expect(PeerMessage.ReadIndexRequest.class, A);
    var second = replica.read();
    replica.expectNone(PeerMessage.ReadIndexRequest.class);

    replica.clock.advance(replica.settings().heartbeatInterval());

    var asked = replica.expect(PeerMessage.ReadIndexRequest.class, A);
    assertThat(asked.requestId()).isNotEqualTo(lost.requestId());
    replica.tell(new PeerMessage.ReadIndexReply("test", A, 3, asked.requestId(), Optional.of(0L)));
    second.expectMessageClass(RaftActor.ReadReady.class);
  }

  @Test
  void a_node_without_leader_refuses_at_once() {
    assertThat(replica(3).read().expectMessageClass(RaftActor.ReadRefused.class).why())
        .isEqualTo(RaftActor.ReadRefusal.NOT_CONFIRMED);
  }

  @Test
  void a_read_asked_of_a_leader_that_is_deposed_needs_not_wait_for_its_answer() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);
    var read = replica.read();
    replica.expect(PeerMessage.ReadIndexRequest.class, A);

    replica.appendEntries(B, 4, 0, 0, 0);

    assertThat(read.expectMessageClass(RaftActor.ReadRefused.class).why())
        .isEqualTo(RaftActor.ReadRefusal.NOT_CONFIRMED);
  }

  @Test
  void an_index_that_is_not_reached_in_time_is_told_as_such() {
    var replica = replica(3);
    var read = replica.awaitApplied(5);
    replica.settle();

    replica.clock.advance(replica.settings().readTimeout().plusMillis(100));

    assertThat(read.expectMessageClass(RaftActor.ReadRefused.class).why())
        .isEqualTo(RaftActor.ReadRefusal.BEHIND);
  }
}
