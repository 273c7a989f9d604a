package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A node that lost its disk and comes back under its old name reads of a time when it was a voter,
 * and doesn't know any more what it promised then.
 */
class JoinPointTest extends ReplicaTest {
  private static final JoinPoint POINT = new JoinPoint(5, 2);

  /** What the log holds up to the join point, and behind it the entry that lets the node in. */
  private static final LogEntry ONCE_A_VOTER = configuration(1, 3);

  private static final LogEntry LET_IN = configuration(3, 5);

  @Test
  void rule_13_a_node_without_data_follows_no_leader_of_a_term_before_it_joined() {
    var replica = joiningReplica(POINT);

    replica.appendEntries(A, 4, 0, 0, 0, ONCE_A_VOTER);

    assertThat(replica.expect(PeerMessage.AppendRejected.class, A).term()).isEqualTo(5);
    replica.expectNone(PeerMessage.AppendAccepted.class);
  }

  @Test
  void rule_13_a_node_without_data_does_not_stand_by_a_membership_of_before_it_joined() {
    var replica = joiningReplica(POINT);
    replica.makeDurable();
    replica.appendEntries(A, 5, 0, 0, 2, ONCE_A_VOTER, entry(2, 4));
    replica.makeDurable();
    assertThat(replica.settle().status().membership().isVoter(SELF)).isTrue();

    replica.timeout();
    replica.expectNone(PeerMessage.PreVoteRequest.class);

    replica.appendEntries(A, 5, 2, 4, 2, LET_IN);
    replica.makeDurable();
    replica.settle();
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
  }

  @Test
  void rule_13_a_node_without_data_votes_only_when_it_holds_the_entry_that_let_it_in() {
    var replica = joiningReplica(POINT);
    replica.makeDurable();

    replica.preVoteRequest(B, 6, 9, 5);
    assertThat(replica.expect(PeerMessage.PreVoteReply.class, B).granted()).isFalse();
    replica.voteRequest(B, 6, 9, 5);
    assertThat(replica.expect(PeerMessage.VoteReply.class, B).granted()).isFalse();

    replica.makeDurable();
    replica.appendEntries(A, 7, 0, 0, 0, ONCE_A_VOTER, entry(2, 4), LET_IN);
    replica.makeDurable();
    replica.settle();
    replica.timeout();
    replica.voteRequest(B, 8, 9, 7);
    replica.makeDurable();
    assertThat(replica.expect(PeerMessage.VoteReply.class, B).granted()).isTrue();
  }

  @Test
  void a_node_that_is_being_let_in_is_not_taken_for_removed_by_what_it_reads_of_the_past() {
    var replica = joiningReplica(POINT);
    replica.makeDurable();
    LogEntry removed =
        new LogEntry(
            2,
            4,
            0,
            LogEntry.Kind.CONFIGURATION,
            RaftCbor.write(ReplicaFixture.membershipOf(A, B)));
    replica.appendEntries(A, 5, 0, 0, 2, ONCE_A_VOTER, removed);
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 2);
    assertThat(replica.settle().status().removed()).isFalse();

    LogEntry removedAgain = new LogEntry(4, 5, 0, LogEntry.Kind.CONFIGURATION, removed.payload());
    replica.appendEntries(A, 5, 2, 4, 3, LET_IN, removedAgain);
    assertThat(replica.settle().status().removed()).isFalse();
    replica.makeDurable();
    replica.appendEntries(A, 5, 4, 5, 4);
    replica.awaitStatus(RaftStatus::removed);
  }

  private static LogEntry configuration(long index, long term) {
    return new LogEntry(
        index,
        term,
        0,
        LogEntry.Kind.CONFIGURATION,
        RaftCbor.write(ReplicaFixture.membershipOf(SELF, A, B)));
  }
}
