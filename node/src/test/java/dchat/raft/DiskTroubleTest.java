package dchat.raft;

import static dchat.raft.Failpoints.WORDS;
import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.raft.Failpoints.Kind;
import dchat.raft.Failpoints.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** One replica whose disk is slow, full or fails. */
@ResourceLock(LogLines.LOGGER)
class DiskTroubleTest extends ReplicaTest {

  @Test
  void rule_17_a_leader_whose_journal_fails_steps_down_says_why_and_its_commands_end_as_unknown() {
    var replica = replica(3);
    replica.becomeLeaderWithCommit();
    var reply = replica.propose("hello");
    replica.expectWrite();

    replica.failJournal();

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.RECOVERING);
    assertThat(replica.status.get().trouble()).contains("can't use its journal: " + WORDS);
  }

  @Test
  void rule_17_it_takes_no_part_before_a_write_has_shown_that_the_disk_works() {
    var replica = replica(3);
    failAfterVotingForA(replica);

    replica.restartJournal();
    replica.tellRecovered(4, A);
    Journal.Write proof = replica.expectWrite();
    replica.appendEntries(A, 4, 0, 0, 0);
    replica.expectNone(PeerMessage.AppendAccepted.class);
    assertThat(replica.settle().status().trouble()).isPresent();

    assertThat(proof.events()).containsExactly(new JournalEvent.TermChanged(4, Optional.of(A)));
    replica.durable(proof);
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER && s.trouble().isEmpty());
    replica.appendEntries(A, 4, 0, 0, 0);
    replica.expect(PeerMessage.AppendAccepted.class, A);
  }

  @Test
  void rule_17_a_disk_that_stays_full_is_one_line_in_the_log_and_one_when_it_has_room() {
    var replica = replica(3);
    try (LogLines log = logLines()) {
      failAfterVotingForA(replica);
      for (int i = 0; i < 3; i++) {
        replica.restartJournal();
        replica.tellRecovered(4, A);
        replica.expectWrite();
        replica.failJournal();
      }
      replica.recoverAgainFrom(4, A);

      assertThat(log.containing(WORDS))
          .containsExactly("ERROR self can't use its journal: " + WORDS);
      assertThat(log.containing("uses its journal again")).hasSize(1);
    }
  }

  @Test
  void rule_11_a_completion_that_comes_after_the_failure_of_its_journal_vouches_for_nothing() {
    var replica = replica(3);
    replica.voteRequest(A, 4, 0, 0);
    Journal.Write vote = replica.expectWrite();
    replica.failJournal();
    replica.awaitStatus(s -> s.trouble().isPresent());
    replica.restartJournal();
    replica.tellRecovered(3, null);
    replica.expectWrite();

    replica.durable(vote);

    replica.expectNone(PeerMessage.VoteReply.class);
    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.RECOVERING);
  }

  @Test
  void rule_17_a_slow_write_makes_a_follower_deaf_to_no_heartbeat_and_stand_for_nothing() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 0, entry(1, 3));
    replica.expectWrite();

    for (int i = 0; i < 12; i++) {
      replica.clock.advance(Duration.ofMillis(100));
      replica.appendEntries(A, 3, 1, 3, 0);
      replica.expect(PeerMessage.AppendAccepted.class, A);
    }

    replica.expectNone(PeerMessage.PreVoteRequest.class);
    assertThat(replica.settle().status().leader()).map(Member::id).contains(A);
  }

  @Test
  void rule_17_a_leader_whose_write_is_slow_goes_on_leading() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.propose("hello");
    replica.expectWrite();

    for (int i = 0; i < 12; i++) {
      replica.clock.advance(Duration.ofMillis(100));
      replica.expect(PeerMessage.AppendEntries.class, B);
      replica.accepted(A, term, 2);
    }

    assertThat(replica.settle().status().role()).isEqualTo(RaftStatus.Role.LEADER);
    assertThat(replica.settle().status().commitIndex()).isEqualTo(1);
  }

  @Test
  void rule_17_a_leader_that_cannot_apply_steps_down_and_stands_again_only_when_it_can() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.failpoints.arm(Place.BEFORE_APPLY, Kind.ERROR);
    var reply = replica.propose("hello");
    replica.makeDurable();
    replica.accepted(A, term, 2);
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER);
    assertThat(replica.status.get().trouble()).contains("can't apply entries: " + WORDS);

    for (int i = 0; i < 3; i++) {
      replica.timeout();
    }
    replica.tell(new PeerMessage.TimeoutNow(ReplicaFixture.CLUSTER, A, term));
    replica.expectNone(PeerMessage.PreVoteRequest.class);
    assertThat(replica.settle().status().term()).isEqualTo(term);

    replica.failpoints.disarm();
    replica.clock.advance(replica.settings().recoveryBackoff());
    assertThat(reply.expectMessageClass(RaftActor.Committed.class).index()).isEqualTo(2);
    replica.awaitStatus(s -> s.trouble().isEmpty());
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
  }

  @Test
  void rule_15_what_was_stored_although_reported_as_failed_is_applied_once_and_told_as_unknown() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.failpoints.arm(Place.AFTER_APPLY, Kind.ERROR);
    var reply = replica.propose("hello");
    replica.makeDurable();
    replica.accepted(A, term, 2);
    replica.awaitStatus(s -> s.trouble().isPresent());

    replica.failpoints.disarm();
    replica.clock.advance(replica.settings().recoveryBackoff());

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
    replica.awaitStatus(s -> s.appliedIndex() == 2 && s.trouble().isEmpty());
    assertThat(replica.stateMachine.commands()).containsExactly("hello");
  }

  @Test
  void rule_17_a_state_that_cannot_be_read_at_the_start_is_tried_again() {
    Failpoints failpoints = new Failpoints();
    failpoints.arm(Place.OPEN_STATE, Kind.ERROR);
    var replica = silentReplica(failpoints);
    replica.tellRecovered(3, null);
    replica.awaitStatus(s -> s.trouble().isPresent());
    assertThat(replica.status.get().role()).isEqualTo(RaftStatus.Role.RECOVERING);

    failpoints.disarm();
    replica.clock.advance(replica.settings().recoveryBackoff());

    replica.awaitStatus(s -> s.role() == RaftStatus.Role.FOLLOWER && s.trouble().isEmpty());
  }

  @Test
  void rule_14_a_part_of_a_snapshot_that_cannot_be_stored_is_trouble_until_it_comes_again() {
    var replica = replica(3);
    List<PeerMessage.InstallSnapshot> parts = replica.snapshotFromA(5, 3);
    replica.failpoints.arm(Place.WRITE_SNAPSHOT, Kind.ERROR);
    replica.tell(parts.getFirst());
    replica.awaitStatus(s -> s.trouble().isPresent());
    assertThat(replica.status.get().trouble()).contains("can't store the leader's state: " + WORDS);

    replica.failpoints.disarm();
    parts.forEach(replica::tell);

    replica.awaitStatus(s -> s.appliedIndex() == 5 && s.trouble().isEmpty());
  }

  @Test
  void rule_17_a_snapshot_that_could_not_be_stored_is_no_trouble_once_its_entries_came_instead() {
    var replica = replica(3);
    replica.failpoints.arm(Place.WRITE_SNAPSHOT, Kind.ERROR);
    replica.tell(replica.snapshotFromA(2, 3).getFirst());
    replica.awaitStatus(s -> s.trouble().isPresent());

    replica.appendEntries(A, 3, 0, 0, 1, entry(1, 3));
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 1);
    assertThat(replica.status.get().trouble()).isPresent();
    replica.appendEntries(A, 3, 1, 3, 2, entry(2, 3));
    replica.makeDurable();

    replica.awaitStatus(s -> s.appliedIndex() == 2 && s.trouble().isEmpty());
  }

  @Test
  void rule_14_an_installation_that_was_reported_as_failed_but_happened_is_found_out() {
    var replica = replica(3);
    List<PeerMessage.InstallSnapshot> parts = replica.snapshotFromA(5, 3);
    replica.failpoints.arm(Place.AFTER_INSTALL, Kind.ERROR);
    parts.forEach(replica::tell);
    replica.awaitStatus(s -> s.trouble().isPresent());

    replica.failpoints.disarm();
    replica.tell(parts.getLast());

    replica.awaitStatus(s -> s.appliedIndex() == 5 && s.trouble().isEmpty());
    assertThat(replica.expectWrite().events())
        .anyMatch(event -> event instanceof JournalEvent.SnapshotInstalled);
  }

  @Test
  void rule_15_a_snapshot_in_the_place_of_an_entry_leaves_its_waiter_with_an_unknown_outcome() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.failpoints.arm(Place.BEFORE_APPLY, Kind.ERROR);
    var reply = replica.propose("hello");
    replica.makeDurable();
    replica.accepted(A, term, 2);
    replica.awaitStatus(s -> s.trouble().isPresent());

    replica.snapshotFromA(5, term + 1).forEach(replica::tell);

    reply.expectMessageClass(RaftActor.OutcomeUnknown.class);
  }

  @Test
  void a_replica_that_loses_its_applier_ends() {
    var replica = replica(3);
    replica.failpoints.arm(Place.BEFORE_APPLY, Kind.CRASH);

    replica.appendEntries(A, 3, 0, 0, 1, entry(1, 3));
    replica.makeDurable();

    replica.awaitEnd();
  }

  private static void failAfterVotingForA(ReplicaFixture replica) {
    replica.voteRequest(A, 4, 0, 0);
    replica.makeDurable();
    replica.appendEntries(A, 4, 0, 0, 0, entry(1, 4));
    replica.expectWrite();
    replica.failJournal();
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.RECOVERING);
    replica.expect(PeerMessage.VoteReply.class, A);
  }
}
