package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinMemoryTest {
  @TempDir Path temp;

  @Test
  void what_was_joined_last_is_remembered_across_starts() throws Exception {
    JoinedCluster first =
        new JoinedCluster(
            new JoinPoint(1, 2), List.of(Member.voter(new NodeId("node9"), "host:9")));
    JoinedCluster second =
        new JoinedCluster(
            new JoinPoint(4, 50),
            List.of(
                Member.voter(new NodeId("node0"), "host:1").withClientUrl("http://host:2"),
                new Member(
                    new NodeId("node1"), "host:3", Optional.empty(), Member.Suffrage.LEARNER)));
    try (DataFolder data = open()) {
      JoinMemory memory = new JoinMemory(data.journal().writer());
      assertThat(memory.load()).isEmpty();
      memory.save(first);
      memory.save(second);
    }
    try (DataFolder data = open()) {
      assertThat(new JoinMemory(data.journal().writer()).load()).hasValue(second);
    }
  }

  @Test
  void a_journal_is_empty_until_it_has_taken_something_down() throws Exception {
    assertThat(DataFolder.isNew(temp)).isTrue();
    try (DataFolder data = open()) {
      assertThat(DataFolder.isNew(temp)).isFalse();
      JoinMemory memory = new JoinMemory(data.journal().writer());
      assertThat(memory.isJournalEmpty()).isTrue();
      try (Connection connection = data.journal().writer().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,"
                + " adapter_manifest, event_payload, event_ser_id, event_ser_manifest)"
                + " VALUES ('raft-x', 1, '', 0, '', x'', 0, '')");
      }
      assertThat(memory.isJournalEmpty()).isFalse();
    }
  }

  private DataFolder open() {
    return DataFolder.open(temp, new Identity("x", "dchat"));
  }
}
