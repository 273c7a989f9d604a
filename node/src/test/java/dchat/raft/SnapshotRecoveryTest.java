package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    replica.clock.advance(replica.settings().recoveryBackoff());
    replica.recoverFrom(3, null);

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
    replica.clock.advance(replica.settings().recoveryBackoff());
    replica.recoverFrom(3, null, contradicting);

    assertThat(replica.settle().status().lastLogIndex()).isEqualTo(2);
    replica.appendEntries(A, 3, 2, 3, 3, ReplicaFixture.entry(3, 3));
    replica.makeDurable(); // The snapshot, noted at last.
    replica.makeDurable(); // The entry behind it.
    replica.awaitStatus(s -> s.appliedIndex() == 3);
  }

  /** Gives it the state of leader A up to that index, of term 3, in one part. */
  private static void install(ReplicaFixture replica, long lastIndex) {
    RecordingStateMachine leaders = new RecordingStateMachine();
    for (long index = 1; index <= lastIndex; index++) {
      leaders.apply(List.of(ReplicaFixture.entry(index, 3)));
    }
    long chunk = 0;
    try (StateMachine.SnapshotReader image = leaders.openSnapshot()) {
      var next = image.nextChunk(Integer.MAX_VALUE);
      while (next.isPresent()) {
        byte[] data = next.get();
        next = image.nextChunk(Integer.MAX_VALUE);
        replica.tell(
            new PeerMessage.InstallSnapshot(
                ReplicaFixture.CLUSTER,
                A,
                3,
                new SnapshotMeta(lastIndex, 3, 0, replica.membership, 0),
                1,
                chunk++,
                data,
                next.isEmpty(),
                "a:1",
                "http://a"));
      }
    }
    replica.awaitStatus(s -> s.appliedIndex() == lastIndex);
  }
}
