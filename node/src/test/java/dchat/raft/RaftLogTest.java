package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RaftLogTest {
  private final Membership bootstrap =
      ReplicaFixture.membershipOf(ReplicaFixture.SELF, ReplicaFixture.A, ReplicaFixture.B);
  private final RaftLog log = new RaftLog(bootstrap);

  @Test
  void an_empty_log_ends_at_entry_0_of_term_0() {
    assertThat(log.lastIndex()).isZero();
    assertThat(log.lastTerm()).isZero();
    assertThat(log.knowsTerm(0)).isTrue();
    assertThat(log.knowsTerm(1)).isFalse();
  }

  @Test
  void a_gap_or_a_falling_term_is_refused() {
    log.append(List.of(entry(1, 2)));

    assertThatThrownBy(() -> log.append(List.of(entry(3, 2))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append(List.of(entry(2, 1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void truncation_brings_the_earlier_membership_back() {
    Membership two = ReplicaFixture.membershipOf(ReplicaFixture.SELF, ReplicaFixture.A);
    log.append(List.of(entry(1, 1), configuration(2, two)));
    assertThat(log.membership()).isEqualTo(two);
    assertThat(log.membershipIndex()).isEqualTo(2);

    log.truncateFrom(2);

    assertThat(log.membership()).isEqualTo(bootstrap);
    assertThat(log.lastIndex()).isEqualTo(1);
  }

  @Test
  void a_slice_holds_what_fits_but_at_least_one() {
    log.append(List.of(entry(1, 1), entry(2, 1), entry(3, 1)));
    int oneEntry = entry(1, 1).sizeBytes();

    assertThat(log.slice(1, 3, 2 * oneEntry, 10)).hasSize(2);
    assertThat(log.slice(2, 3, 1, 10)).hasSize(1);
    assertThat(log.slice(1, 3, 1_000, 2)).hasSize(2);
    assertThat(log.slice(4, 3, 1_000, 10)).isEmpty();
  }

  @Test
  void a_leader_skips_a_whole_conflicting_term() {
    log.append(List.of(entry(1, 1), entry(2, 1), entry(3, 4), entry(4, 4)));

    // The follower has entries of term 2, which this log never had.
    assertThat(log.nextIndexAfterConflict(2, 3)).isEqualTo(3);
    // The follower has more of term 1 than this log: go on behind this log's last of it.
    assertThat(log.nextIndexAfterConflict(1, 1)).isEqualTo(3);
    // The follower's log is shorter.
    assertThat(log.nextIndexAfterConflict(0, 2)).isEqualTo(2);
    assertThat(log.nextIndexAfterConflict(0, 9)).isEqualTo(5);
  }

  @Test
  void a_conflict_below_the_compacted_part_is_not_pulled_up_to_it() {
    log.append(List.of(entry(1, 1), entry(2, 1), entry(3, 4), entry(4, 4)));
    log.compactTo(3);

    assertThat(log.nextIndexAfterConflict(0, 2)).isEqualTo(2);
    assertThat(log.nextIndexAfterConflict(4, 4)).isEqualTo(5);
  }

  @Test
  void compaction_keeps_what_a_snapshot_has_to_say() {
    Membership two = ReplicaFixture.membershipOf(ReplicaFixture.SELF, ReplicaFixture.A);
    log.append(List.of(entry(1, 1), configuration(2, two), entry(3, 1), entry(4, 2)));
    SnapshotMeta before = log.describe(3);

    log.compactTo(3);

    assertThat(log.describe(3)).isEqualTo(before);
    assertThat(log.membership()).isEqualTo(two);
    assertThat(log.membershipIndex()).isEqualTo(2);
    assertThat(log.lastIndex()).isEqualTo(4);
    assertThat(log.term(3)).isEqualTo(1);
    assertThat(log.knowsTerm(2)).isFalse();
    assertThat(log.sizeBytes()).isEqualTo(entry(4, 2).sizeBytes());
  }

  @Test
  void a_tail_is_bounded_in_entries_and_in_bytes() {
    log.append(List.of(entry(1, 1), entry(2, 1), entry(3, 1), entry(4, 1)));
    long one = entry(4, 1).sizeBytes();

    assertThat(log.indexBeforeTail(2, 10 * one)).isEqualTo(2);
    assertThat(log.indexBeforeTail(10, 3 * one)).isEqualTo(1);
    assertThat(log.indexBeforeTail(10, 10 * one)).isZero();
    assertThat(log.indexBeforeTail(10, one - 1)).isEqualTo(4);

    log.compactTo(3);
    assertThat(log.indexBeforeTail(10, 10 * one)).isEqualTo(3);
  }

  @Test
  void an_installed_snapshot_keeps_what_continues_it_and_drops_what_contradicts_it() {
    log.append(List.of(entry(1, 1), entry(2, 1), entry(3, 1)));
    RaftLog other = log.copy();

    log.install(new SnapshotMeta(2, 1, 0, bootstrap, 0));
    assertThat(log.lastIndex()).isEqualTo(3);

    other.install(new SnapshotMeta(2, 5, 0, bootstrap, 0));
    assertThat(other.lastIndex()).isEqualTo(2);
    assertThat(other.lastTerm()).isEqualTo(5);
  }

  @Test
  void a_copy_is_independent() {
    log.append(List.of(entry(1, 1)));
    RaftLog copy = log.copy();

    log.append(List.of(entry(2, 1)));

    assertThat(copy.lastIndex()).isEqualTo(1);
  }

  private static LogEntry configuration(long index, Membership membership) {
    return new LogEntry(index, 1, 0, LogEntry.Kind.CONFIGURATION, RaftCbor.write(membership));
  }
}
