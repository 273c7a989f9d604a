package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The state holds an installed snapshot, and the journal was lost before it knew. */
class SnapshotRecoveryTest extends ReplicaTest {

  @Test
  void rule_14_a_node_whose_journal_failed_to_note_a_snapshot_comes_back() {
    var replica = replica(3);
    install(replica, 5);
    replica.expectWrite();

    replica.failJournal();
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.RECOVERING);
    replica.recoverAgainFrom(3, null);

    assertThat(replica.settle().status().lastLogIndex()).isEqualTo(5);
    assertThat(replica.settle().status().trouble()).isEmpty();
  }

  @Test
  void rule_14_a_longer_log_that_contradicts_the_installed_snapshot_gives_way_to_it() {
    LogEntry[] contradicting = {
      ReplicaFixture.entry(1, 1), ReplicaFixture.entry(2, 1), ReplicaFixture.entry(3, 1)
    };
    var replica = replica(3, contradicting);
    install(replica, 2);
    replica.expectWrite();

    replica.failJournal();
    replica.awaitStatus(s -> s.role() == RaftStatus.Role.RECOVERING);
    replica.recoverAgainFrom(3, null, contradicting);

    assertThat(replica.settle().status().lastLogIndex()).isEqualTo(2);
    replica.appendEntries(A, 3, 2, 3, 3, ReplicaFixture.entry(3, 3));
    replica.makeDurable();
    replica.awaitStatus(s -> s.appliedIndex() == 3);
  }

  /** Gives it the state of leader A up to that index, of term 3. */
  private static void install(ReplicaFixture replica, long lastIndex) {
    replica.snapshotFromA(lastIndex, 3).forEach(replica::tell);
    replica.awaitStatus(s -> s.appliedIndex() == lastIndex);
  }
}
