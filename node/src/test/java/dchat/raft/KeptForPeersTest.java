package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader keeps of its log for a peer that is behind (thesis, section 5.1). */
class KeptForPeersTest extends ReplicaTest {
  private static final long MOST_BYTES = 1000;
  private static final String SETTINGS =
      """
      compaction {
        after-entries = 3
        keep-entries = 1
        after-bytes = 500
        keep-for-peers-bytes = %d
      }
      """
          .formatted(MOST_BYTES);

  /** Up to where the log was compacted, one after the other. */
  private final List<Long> compactions = new ArrayList<>();

  /** What was appended behind the snapshot. */
  private long bytes;

  /** Whether B acknowledges what is committed. */
  private boolean follows;

  @BeforeEach
  void forget() {
    compactions.clear();
    bytes = 0;
    follows = false;
  }

  @Test
  void entries_behind_a_snapshot_under_way_are_kept_until_they_are_too_many_bytes() {
    var replica = replicaWith(SETTINGS, 3);
    long term = replica.becomeLeaderWithCommit();
    long snapshot = beginSnapshot(replica, term);

    commitUntilCompacted(replica, term, 1);
    assertThat(compactions).containsExactly(snapshot);

    commitUntilCompacted(replica, term, 2);
    assertThat(compactions.getLast()).isGreaterThan(snapshot);
    assertThat(bytes).isGreaterThan(MOST_BYTES);
  }

  @Test
  void entries_behind_a_snapshot_go_as_ever_once_the_peer_holds_it() {
    var replica = replicaWith(SETTINGS, 3);
    long term = replica.becomeLeaderWithCommit();
    long snapshot = beginSnapshot(replica, term);
    commitUntilCompacted(replica, term, 1);

    replica.accepted(B, term, snapshot);
    follows = true;

    commitUntilCompacted(replica, term, 2);
    assertThat(compactions.getLast()).isGreaterThan(snapshot);
    assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
  }

  /** The other two are enough to commit; it needs no snapshot as long as it isn't far behind. */
  @Test
  void entries_that_a_peer_in_contact_lacks_are_kept_until_they_are_too_many_bytes() {
    var replica = replicaWith(SETTINGS, 3);
    long term = replica.becomeLeaderWithCommit();
    long held = replica.status.get().appliedIndex();
    replica.accepted(B, term, held);

    commitUntilCompacted(replica, term, 1);
    assertThat(compactions).containsExactly(held);

    commitUntilCompacted(replica, term, 2);
    assertThat(bytes).isGreaterThan(MOST_BYTES);
    // The newest stay even so.
    assertThat(compactions.getLast())
        .isGreaterThan(held)
        .isLessThan(replica.settle().status().lastLogIndex());
  }

  @Test
  void entries_that_a_peer_out_of_contact_lacks_go_as_ever() {
    var replica = replicaWith(SETTINGS, 3);
    long term = replica.becomeLeaderWithCommit();
    replica.accepted(B, term, replica.status.get().appliedIndex());
    replica.clock.advance(replica.settings().electionTimeoutMax().minusMillis(1));
    replica.accepted(A, term, replica.status.get().appliedIndex());
    replica.settle();
    replica.clock.advance(Duration.ofMillis(2));

    commitUntilCompacted(replica, term, 1);

    assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
  }

  /** To B, which is in contact and holds nothing, of all that is applied. */
  private long beginSnapshot(ReplicaFixture replica, long term) {
    long index = replica.status.get().appliedIndex();
    replica.accepted(B, term, 0);
    TestProbe<SnapshotSender.Command> sender = replica.snapshotSenderProbe();
    replica.raft.tell(new Replicator.DescribeSnapshot(term, B, index, sender.ref()));
    sender.expectMessageClass(SnapshotSender.Described.class);
    return index;
  }

  private void commitUntilCompacted(ReplicaFixture replica, long term, int times) {
    for (int i = 0; compactions.size() < times; i++) {
      assertThat(i).as("commands, compacted up to %s", compactions).isLessThan(100);
      commit(replica, term, "x".repeat(60));
    }
  }

  private void commit(ReplicaFixture replica, long term, String command) {
    replica.propose(command);
    long index = 0;
    while (index == 0) {
      for (JournalEvent event : replica.makeDurable().events()) {
        switch (event) {
          case JournalEvent.Appended(var entries) -> {
            bytes += entries.stream().mapToLong(LogEntry::sizeBytes).sum();
            index = entries.getLast().index();
          }
          case JournalEvent.Compacted(var upTo) -> compactions.add(upTo);
          case JournalEvent.TermChanged ignored -> throw new AssertionError(event);
          case JournalEvent.Truncated ignored -> throw new AssertionError(event);
          case JournalEvent.SnapshotInstalled ignored -> throw new AssertionError(event);
        }
      }
    }
    long committed = index;
    if (follows) {
      replica.accepted(B, term, committed);
    }
    replica.accepted(A, term, committed);
    replica.awaitStatus(s -> s.appliedIndex() == committed);
  }
}
