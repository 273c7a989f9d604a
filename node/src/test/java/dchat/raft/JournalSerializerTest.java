package dchat.raft;

import static dchat.raft.ReplicaFixture.A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalSerializerTest {
  private final JournalSerializer serializer = new JournalSerializer();

  @Test
  void every_event_comes_back_as_it_was() {
    LogEntry entry =
        new LogEntry(7, 3, 1_700_000_000_123L, LogEntry.Kind.COMMAND, new byte[] {0, -1, 5});

    assertThat(roundTrip(new JournalEvent.TermChanged(4, Optional.of(A))))
        .isEqualTo(new JournalEvent.TermChanged(4, Optional.of(A)));
    assertThat(roundTrip(new JournalEvent.TermChanged(4, Optional.empty())))
        .isEqualTo(new JournalEvent.TermChanged(4, Optional.empty()));
    assertThat(roundTrip(new JournalEvent.Truncated(9))).isEqualTo(new JournalEvent.Truncated(9));
    assertThat(roundTrip(new JournalEvent.Appended(List.of(entry))))
        .usingRecursiveComparison()
        .isEqualTo(new JournalEvent.Appended(List.of(entry)));
  }

  @Test
  void compaction_and_the_journals_own_state_come_back_as_they_were() {
    SnapshotMeta meta =
        new SnapshotMeta(7, 3, 99, ReplicaFixture.membershipOf(A, ReplicaFixture.B), 2);
    LogEntry entry = new LogEntry(8, 4, 100, LogEntry.Kind.NO_OP, new byte[0]);
    Journal.State state = new Journal.State(5, Optional.of(A), meta, List.of(entry));

    Journal.State back = (Journal.State) roundTrip(state);

    assertThat(roundTrip(new JournalEvent.Compacted(9))).isEqualTo(new JournalEvent.Compacted(9));
    assertThat(roundTrip(new JournalEvent.SnapshotInstalled(meta)))
        .isEqualTo(new JournalEvent.SnapshotInstalled(meta));
    assertThat(back.term()).isEqualTo(5);
    assertThat(back.votedFor()).contains(A);
    assertThat(back.log().describe(7)).isEqualTo(meta);
    assertThat(back.log().lastIndex()).isEqualTo(8);
    assertThat(back.log().lastTimestampMillis()).isEqualTo(100);
  }

  @Test
  void an_entry_costs_little_more_than_its_payload() {
    LogEntry entry =
        new LogEntry(1_000_000, 17, 1_700_000_000_123L, LogEntry.Kind.COMMAND, new byte[200]);

    int two = serializer.toBinary(new JournalEvent.Appended(List.of(entry, entry))).length;
    int one = serializer.toBinary(new JournalEvent.Appended(List.of(entry))).length;

    assertThat(two - one).isLessThanOrEqualTo(entry.sizeBytes());
  }

  @Test
  void a_term_stored_by_the_first_version_is_still_read() {
    // {"term": 4, "votedFor": "a"}
    byte[] stored = HexFormat.of().parseHex("bf647465726d0468766f746564466f726161ff");

    assertThat(serializer.fromBinary(stored, "term-1"))
        .isEqualTo(new JournalEvent.TermChanged(4, Optional.of(A)));
  }

  @Test
  void an_unknown_format_is_named() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "append-9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("append-9");
  }

  @Test
  void damaged_bytes_are_refused() {
    byte[] damaged = "nonsense".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> serializer.fromBinary(damaged, "append-1"))
        .hasMessageContaining("not a readable");
  }

  private Object roundTrip(Object stored) {
    return serializer.fromBinary(serializer.toBinary(stored), serializer.manifest(stored));
  }
}
