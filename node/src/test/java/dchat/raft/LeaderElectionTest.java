package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leader election (paper, sections 5.1, 5.2 and 5.4.1; thesis 9.6). */
class LeaderElectionTest extends ReplicaTest {

  @Test
  void rule_1_a_vote_does_not_leave_before_it_is_durable() {
    var replica = replica(4);

    replica.voteRequest(A, 5, 0, 0);
    Journal.Write write = replica.expectWrite();
    replica.expectNone(PeerMessage.VoteReply.class);

    replica.durable(write);
    assertThat(write.events()).contains(new JournalEvent.TermChanged(5, Optional.of(A)));
    assertThat(replica.expect(PeerMessage.VoteReply.class, A).granted()).isTrue();
  }

  @Test
  void rule_1_a_candidate_asks_nobody_before_its_own_vote_is_durable() {
    var replica = replica(4);

    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
    replica.tell(new PeerMessage.PreVoteReply("test", A, 4, 5, true));
    Journal.Write write = replica.expectWrite();
    replica.expectNone(PeerMessage.VoteRequest.class);

    replica.durable(write);
    assertThat(write.events()).contains(new JournalEvent.TermChanged(5, Optional.of(SELF)));
    assertThat(replica.expect(PeerMessage.VoteRequest.class, A).term()).isEqualTo(5);
    assertThat(replica.expect(PeerMessage.VoteRequest.class, B).term()).isEqualTo(5);
  }

  @Test
  void rule_1_a_vote_found_in_the_journal_still_binds() {
    var replica = replica(5, A);

    replica.voteRequest(B, 5, 9, 9);

    assertThat(replica.expect(PeerMessage.VoteReply.class, B).granted()).isFalse();
  }

  @Test
  void rule_3_a_second_candidate_of_the_same_term_is_refused() {
    var replica = replica(4);

    replica.voteRequest(A, 5, 0, 0);
    replica.voteRequest(B, 5, 7, 4);
    assertThat(replica.expect(PeerMessage.VoteReply.class, B).granted()).isFalse();

    replica.makeDurable();
    assertThat(replica.expect(PeerMessage.VoteReply.class, A).granted()).isTrue();
  }

  @Test
  void rule_3_the_same_candidate_asking_again_gets_its_vote_again() {
    var replica = replica(4);
    replica.voteRequest(A, 5, 0, 0);
    replica.makeDurable();
    replica.expect(PeerMessage.VoteReply.class, A);

    replica.voteRequest(A, 5, 0, 0);

    assertThat(replica.expect(PeerMessage.VoteReply.class, A).granted()).isTrue();
  }

  @Test
  void rule_4_the_same_voter_counts_once() {
    var replica =
        replicaOf(ReplicaFixture.membershipOf(SELF, A, B, new NodeId("c"), new NodeId("d")), 4);
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
    replica.tell(new PeerMessage.PreVoteReply("test", A, 4, 5, true));
    replica.tell(new PeerMessage.PreVoteReply("test", B, 4, 5, true));
    replica.makeDurable();

    replica.voteReply(A, 5, true);
    replica.voteReply(A, 5, true);
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.CANDIDATE);

    replica.voteReply(B, 5, true);
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.LEADER);
  }

  @Test
  void rule_4_a_vote_of_an_older_term_does_not_count() {
    var replica = replica(4);
    replica.becomeCandidate();

    replica.voteReply(A, 4, true);
    replica.voteReply(B, 4, true);

    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.CANDIDATE);
  }

  @Test
  void rule_4_a_pre_vote_is_no_vote() {
    var replica = replica(4);
    replica.becomeCandidate();

    replica.tell(new PeerMessage.PreVoteReply("test", B, 4, 5, true));
    replica.tell(new PeerMessage.PreVoteReply("test", B, 5, 6, true));

    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.CANDIDATE);
  }

  @Test
  void rule_4_a_stranger_has_no_vote() {
    var replica = replica(4);
    replica.becomeCandidate();

    replica.voteReply(new NodeId("stranger"), 5, true);

    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.CANDIDATE);
  }

  @ParameterizedTest(name = "a candidate whose log ends at {0} of term {1}: {2}")
  @CsvSource({
    // This replica's log: two entries of term 2, one of term 3.
    "3, 3, true",
    "4, 3, true",
    "2, 3, false",
    "9, 2, false",
    "3, 2, false",
    "1, 4, true"
  })
  void rule_5_only_a_log_at_least_as_up_to_date_gets_the_vote(
      long lastIndex, long lastTerm, boolean granted) {
    var replica = replica(4, entry(1, 2), entry(2, 2), entry(3, 3));

    replica.voteRequest(A, 5, lastIndex, lastTerm);
    replica.makeDurable();

    assertThat(replica.expect(PeerMessage.VoteReply.class, A).granted()).isEqualTo(granted);
  }

  @Test
  void rule_16_a_pre_vote_request_changes_nothing_and_is_refused_while_the_leader_lives() {
    var replica = replica(4);
    replica.appendEntries(A, 4, 0, 0, 0);

    replica.preVoteRequest(B, 9, 9, 9);

    assertThat(replica.expect(PeerMessage.PreVoteReply.class, B).granted()).isFalse();
    assertThat(replica.settle().status().term()).isEqualTo(4);
  }

  @Test
  void rule_16_a_pre_vote_request_of_the_leader_itself_is_granted() {
    var replica = replica(4);
    replica.appendEntries(A, 4, 0, 0, 0);

    replica.preVoteRequest(A, 5, 0, 0);

    assertThat(replica.expect(PeerMessage.PreVoteReply.class, A).granted()).isTrue();
  }

  @Test
  void rule_16_a_vote_request_is_ignored_while_the_leader_lives() {
    var replica = replica(4);
    replica.appendEntries(A, 4, 0, 0, 0);

    replica.voteRequest(B, 7, 9, 9);

    replica.expectNone(PeerMessage.VoteReply.class);
    assertThat(replica.settle().status().term()).isEqualTo(4);
  }

  @Test
  void rule_16_a_node_without_contact_does_not_raise_its_term() {
    var replica = replica(4);

    for (int i = 0; i < 5; i++) {
      replica.timeout();
    }

    assertThat(replica.settle().status().term()).isEqualTo(4);
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.PRE_CANDIDATE);
  }

  @Test
  void rule_16_a_leader_of_an_older_term_learns_the_newer_one() {
    var replica = replica(7);

    replica.appendEntries(A, 5, 0, 0, 0);

    assertThat(replica.expect(PeerMessage.AppendRejected.class, A).term()).isEqualTo(7);
  }

  @Test
  void a_single_node_elects_itself() {
    var replica = replicaOf(ReplicaFixture.membershipOf(SELF), 0);

    replica.timeout();
    replica.makeDurable();
    replica.awaitStatus(RaftStatus::isLeader);
    replica.makeDurable();

    replica.awaitStatus(s -> s.appliedIndex() == 1);
  }

  @Test
  void a_message_of_another_cluster_is_dropped() {
    var replica = replica(4);

    replica.tell(new PeerMessage.VoteRequest("other", A, 9, 9, 9, false, "a:1"));

    assertThat(replica.settle().status().term()).isEqualTo(4);
  }
}
