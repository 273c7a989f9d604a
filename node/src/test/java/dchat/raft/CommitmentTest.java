package dchat.raft;

import static dchat.raft.ReplicaFixture.A;
import static dchat.raft.ReplicaFixture.B;
import static dchat.raft.ReplicaFixture.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Commitment (paper, sections 5.3 and 5.4.2). */
class CommitmentTest {
  private final Commitment commitment = new Commitment(ReplicaFixture.membershipOf(SELF, A, B), 5);

  @Test
  void nothing_is_committed_at_first() {
    assertThat(commitment.commitIndex()).isZero();
  }

  @Test
  void a_majority_commits() {
    commitment.matched(SELF, 7);
    assertThat(commitment.commitIndex()).isZero();

    commitment.matched(A, 6);
    assertThat(commitment.commitIndex()).isEqualTo(6);
  }

  @Test
  void rule_8_an_index_below_the_own_term_is_never_committed_by_counting() {
    commitment.matched(SELF, 4);
    commitment.matched(A, 4);
    commitment.matched(B, 4);
    assertThat(commitment.commitIndex()).isZero();

    commitment.matched(SELF, 5);
    commitment.matched(B, 5);
    assertThat(commitment.commitIndex()).isEqualTo(5);
  }

  @Test
  void an_older_smaller_match_takes_nothing_back() {
    commitment.matched(SELF, 7);
    commitment.matched(A, 7);
    commitment.matched(A, 3);

    assertThat(commitment.commitIndex()).isEqualTo(7);
    assertThat(commitment.matchIndex(A)).isEqualTo(7);
  }

  @Test
  void rule_13_a_learner_does_not_count() {
    NodeId c = new NodeId("c");
    Member learner = new Member(c, "c:1", java.util.Optional.empty(), Member.Suffrage.LEARNER);
    List<Member> members =
        List.of(Member.voter(SELF, "s:1"), Member.voter(A, "a:1"), Member.voter(B, "b:1"), learner);
    Commitment withLearner = new Commitment(new Membership(members), 5);

    withLearner.matched(SELF, 7);
    withLearner.matched(c, 7);

    assertThat(withLearner.commitIndex()).isZero();
  }

  @Test
  void with_four_voters_two_are_no_majority() {
    NodeId c = new NodeId("c");
    Commitment four = new Commitment(ReplicaFixture.membershipOf(SELF, A, B, c), 1);
    four.matched(SELF, 3);
    four.matched(A, 3);
    assertThat(four.commitIndex()).isZero();

    four.matched(B, 2);
    assertThat(four.commitIndex()).isEqualTo(2);
  }
}
