package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Log replication and commitment (paper, sections 5.3 and 5.4). */
class LogReplicationTest extends ReplicaTest {

  @Test
  void rule_2_entries_are_accepted_only_when_durable() {
    var replica = replica(3);

    replica.appendEntries(A, 3, 0, 0, 0, entry(1, 3), entry(2, 3));
    Journal.Write write = replica.expectWrite();
    replica.expectNone(PeerMessage.AppendAccepted.class);

    replica.durable(write);
    assertThat(replica.expect(PeerMessage.AppendAccepted.class, A).matchIndex()).isEqualTo(2);
  }

  @Test
  void rule_2_a_leader_counts_itself_only_when_durable() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    Journal.Write noOp = replica.expectWrite();

    replica.accepted(A, term, 0);
    assertThat(replica.settle().status().commitIndex()).isZero();

    replica.accepted(A, term, 1);
    assertThat(replica.settle().status().commitIndex()).isZero();
    replica.durable(noOp);
    replica.awaitStatus(s -> s.commitIndex() == 1);
  }

  @Test
  void rule_2_nothing_is_applied_before_it_is_durable_here() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    Journal.Write noOp = replica.expectWrite();

    replica.accepted(A, term, 1);
    replica.accepted(B, term, 1);
    replica.awaitStatus(s -> s.commitIndex() == 1);
    assertThat(replica.stateMachine.applied()).isEmpty();

    replica.durable(noOp);
    replica.awaitStatus(s -> s.appliedIndex() == 1);
  }

  @Test
  void rule_6_a_late_message_with_less_truncates_nothing() {
    var replica = replica(3);
    LogEntry[] five = {entry(1, 3), entry(2, 3), entry(3, 3), entry(4, 3), entry(5, 3)};
    replica.appendEntries(A, 3, 0, 0, 5, five);
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 5);

    replica.appendEntries(A, 3, 0, 0, 5, five[0], five[1]);

    assertThat(replica.settle().status().lastLogIndex()).isEqualTo(5);
    replica.journal.expectNoMessage(java.time.Duration.ZERO);
  }

  @Test
  void rule_6_a_real_conflict_truncates_and_says_so_in_the_journal() {
    var replica = replica(3, entry(1, 1), entry(2, 2), entry(3, 2));

    replica.appendEntries(A, 3, 1, 1, 0, entry(2, 3));

    assertThat(replica.expectWrite().events()).first().isEqualTo(new JournalEvent.Truncated(2));
    assertThat(replica.settle().status().lastLogIndex()).isEqualTo(2);
  }

  @Test
  void rule_7_a_heartbeat_commits_no_further_than_it_verified() {
    // Entries 2 and 3 are of a leader that was deposed; the new leader's log ends at 1 so far.
    var replica = replica(3, entry(1, 1), entry(2, 2), entry(3, 2));

    replica.appendEntries(A, 3, 1, 1, 3);

    assertThat(replica.settle().status().commitIndex()).isEqualTo(1);
  }

  @Test
  void rule_7_news_of_a_commit_reach_no_further_than_what_was_verified() {
    // Entry 2 may be of a leader that was deposed: nothing has shown yet that it is the leader's.
    var replica = replica(3, entry(1, 1), entry(2, 2));
    replica.appendEntries(A, 3, 1, 1, 0);

    replica.commitAdvanced(A, 3, 2);
    assertThat(replica.settle().status().commitIndex()).isEqualTo(1);

    replica.appendEntries(A, 3, 2, 2, 0);
    replica.commitAdvanced(A, 3, 2);
    assertThat(replica.settle().status().commitIndex()).isEqualTo(2);
  }

  @Test
  void rule_7_news_of_a_commit_of_a_new_leader_verify_nothing() {
    var replica = replica(3, entry(1, 1), entry(2, 2));
    replica.appendEntries(A, 3, 2, 2, 0);

    replica.commitAdvanced(B, 4, 2);
    assertThat(replica.settle().status().commitIndex()).isZero();

    replica.commitAdvanced(A, 3, 2);
    assertThat(replica.settle().status().commitIndex()).isZero();
  }

  @Test
  void news_of_a_commit_count_as_contact_and_get_no_answer() {
    var replica = replica(3, entry(1, 3));
    replica.appendEntries(A, 3, 1, 3, 0);
    replica.expect(PeerMessage.AppendAccepted.class, A);

    replica.clock.advance(replica.settings().electionTimeoutMin().minusMillis(1));
    replica.commitAdvanced(A, 3, 1);
    replica.expectNone(PeerMessage.AppendAccepted.class);
    replica.preVoteRequest(B, 4, 9, 3);
    assertThat(replica.expect(PeerMessage.PreVoteReply.class, B).granted()).isFalse();
  }

  @Test
  void a_leader_tells_of_a_commit_at_once() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.propose("x");
    replica.makeDurable();
    long index = replica.settle().status().lastLogIndex();

    replica.accepted(A, term, index);

    PeerMessage.CommitAdvanced news = replica.expect(PeerMessage.CommitAdvanced.class, A);
    assertThat(news.leaderCommit()).isEqualTo(index);
  }

  @Test
  void proposals_that_wait_together_travel_together() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    long first = replica.settle().status().lastLogIndex() + 1;

    replica.whileBusy(() -> List.of("x", "y", "z").forEach(replica::propose));

    PeerMessage.AppendEntries append = replica.expect(PeerMessage.AppendEntries.class, A);
    while (append.lastIndex() < first) {
      append = replica.expect(PeerMessage.AppendEntries.class, A);
    }
    assertThat(append.entries())
        .extracting(LogEntry::index)
        .containsExactly(first, first + 1, first + 2);
    assertThat(replica.expectWrite().events()).hasSize(1);
    assertThat(term).isEqualTo(append.term());
  }

  @Test
  void proposals_that_come_while_a_message_is_under_way_travel_together_in_the_next() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    long first = replica.settle().status().lastLogIndex() + 1;
    replica.propose("x");
    replica.expectEntry(A, first);

    replica.propose("y");
    replica.propose("z");
    replica.settle();
    replica.accepted(A, term, first);

    assertThat(replica.expectEntry(A, first + 1).entries())
        .extracting(LogEntry::index)
        .containsExactly(first + 1, first + 2);
  }

  @Test
  void a_full_message_goes_while_another_is_under_way() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    long first = replica.settle().status().lastLogIndex() + 1;
    replica.propose("x");
    replica.expectEntry(A, first);

    replica.propose("y".repeat(replica.settings().maxBatchBytes()));

    replica.expectEntry(A, first + 1);
  }

  @Test
  void rule_8_entries_of_an_older_term_are_not_committed_by_counting() {
    var replica = replica(4, entry(1, 1), entry(2, 2));
    long term = replica.becomeLeader();
    Journal.Write noOp = replica.expectWrite();

    replica.accepted(A, term, 2);
    replica.accepted(B, term, 2);
    assertThat(replica.settle().status().commitIndex()).isZero();

    replica.durable(noOp);
    replica.accepted(A, term, 3);
    replica.awaitStatus(s -> s.commitIndex() == 3);
  }

  @Test
  void rule_11_a_write_that_was_overtaken_vouches_for_nothing() {
    var replica = replica(1);
    replica.appendEntries(A, 1, 0, 0, 0, entry(1, 1));
    Journal.Write first = replica.expectWrite();
    // The leader of term 2 overwrites entry 1; then the leader of term 3 sends the old one again.
    replica.appendEntries(B, 2, 0, 0, 0, entry(1, 2));
    replica.appendEntries(A, 3, 0, 0, 0, entry(1, 3));
    replica.settle();

    replica.durable(first);
    replica.expectNone(PeerMessage.AppendAccepted.class);

    replica.makeDurable();
    PeerMessage.AppendAccepted accepted = replica.expect(PeerMessage.AppendAccepted.class, A);
    assertThat(accepted.term()).isEqualTo(3);
    assertThat(accepted.matchIndex()).isEqualTo(1);
  }

  @Test
  void rule_12_an_acceptance_of_an_earlier_leadership_does_not_count() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    replica.makeDurable();

    replica.accepted(A, term - 1, 1);

    assertThat(replica.settle().status().commitIndex()).isZero();
  }

  @Test
  void rule_12_a_question_of_an_earlier_leaderships_replicator_gets_no_answer() {
    var replica = replica(3);
    long earlier = replica.becomeLeaderWithCommit();
    replica.appendEntries(A, earlier + 1, 1, earlier, 1);
    replica.makeDurable();
    replica.expect(PeerMessage.AppendAccepted.class, A);
    long now = replica.becomeLeader();
    assertThat(now).isGreaterThan(earlier);
    var replicator = replica.replicatorProbe();

    replica.raft.tell(new Replicator.ReadLog(earlier, 1, 1_000, replicator.ref()));
    replica.settle();
    replicator.expectNoMessage(java.time.Duration.ZERO);

    replica.raft.tell(new Replicator.ReadLog(now, 1, 1_000, replicator.ref()));
    replicator.expectMessageClass(Replicator.Slice.class);
  }

  @Test
  void rule_15_a_command_of_a_deposed_leader_ends_as_unknown() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    var reply = replica.propose("hello");
    replica.settle();

    replica.appendEntries(A, term + 1, 0, 0, 0);

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
  }

  @Test
  void rule_16_a_leader_without_its_majority_steps_down() {
    var replica = replica(3);
    replica.becomeLeader();
    var reply = replica.propose("hello");
    replica.settle();

    replica.timeout();

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
    assertThat(replica.settle().status().isLeader()).isFalse();
  }

  @Test
  void rule_17_heartbeats_are_answered_while_a_write_takes_long() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0, entry(1, 3));
    replica.expectWrite();

    replica.appendEntries(A, 3, 1, 3, 0);

    PeerMessage.AppendAccepted accepted = replica.expect(PeerMessage.AppendAccepted.class, A);
    assertThat(accepted.verifiedIndex()).isEqualTo(1);
    assertThat(accepted.matchIndex()).isZero();
  }

  @Test
  void a_proposal_is_answered_with_its_index_and_result_when_applied() {
    var replica = replica(3);
    long term = replica.becomeLeader();
    replica.makeDurable();
    var reply = replica.propose("hello");
    replica.makeDurable();

    replica.accepted(A, term, 2);

    var committed = reply.expectMessageClass(RaftActor.Committed.class);
    assertThat(committed.index()).isEqualTo(2);
    assertThat(committed.result()).isEqualTo("hello".getBytes());
  }

  @Test
  void what_arrives_during_a_write_goes_into_the_next_one_together() {
    var replica = replica(3);
    replica.becomeLeader();
    Journal.Write noOp = replica.expectWrite();
    for (String text : List.of("one", "two", "three")) {
      replica.propose(text);
    }
    replica.settle();

    replica.durable(noOp);

    assertThat(replica.expectWrite().events())
        .singleElement()
        .isInstanceOfSatisfying(
            JournalEvent.Appended.class, a -> assertThat(a.entries()).hasSize(3));
  }

  @Test
  void a_follower_without_leader_says_so() {
    var replica = replica(3);

    var reply = replica.propose("hello");

    assertThat(reply.expectMessageClass(RaftActor.NotLeader.class).leader()).isEmpty();
  }

  @Test
  void a_follower_names_its_leader() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0);

    var reply = replica.propose("hello");

    assertThat(reply.expectMessageClass(RaftActor.NotLeader.class).leader())
        .map(Member::id)
        .contains(A);
  }

  @Test
  void a_follower_with_a_conflict_tells_the_first_index_of_the_conflicting_term() {
    var replica = replica(4, entry(1, 1), entry(2, 2), entry(3, 2), entry(4, 2));

    replica.appendEntries(A, 5, 4, 4, 0);

    PeerMessage.AppendRejected rejected = replica.expect(PeerMessage.AppendRejected.class, A);
    assertThat(rejected.conflictTerm()).isEqualTo(2);
    assertThat(rejected.conflictIndex()).isEqualTo(2);
  }

  @Test
  void a_follower_knows_how_far_behind_it_is_before_it_has_caught_up() {
    var replica = replica(3);

    replica.appendEntries(A, 3, 400, 3, 500);

    assertThat(replica.settle().status().commitIndex()).isZero();
    assertThat(replica.settle().status().heardCommitIndex()).isEqualTo(500);
  }

  @Test
  void a_failed_journal_ends_the_role_and_is_read_again() {
    var replica = replica(3);
    replica.becomeLeader();
    var reply = replica.propose("hello");
    replica.expectWrite();

    replica.failJournal();

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.RECOVERING && s.trouble().isPresent());
  }
}
