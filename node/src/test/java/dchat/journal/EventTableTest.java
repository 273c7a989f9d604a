package dchat.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dchat.storage.DataFolder;
import dchat.storage.NewData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTableTest {
  @TempDir Path folder;
  private DataFolder data;
  private EventTable table;
  private int opened;

  @BeforeEach
  void open() {
    data = NewData.in(folder);
    table =
        new EventTable(
            () -> {
              opened++;
              return data.journal().writer().getConnection();
            });
  }

  @AfterEach
  void close() {
    table.close();
    data.close();
  }

  @Test
  void events_are_stored_in_order_on_one_connection() throws Exception {
    table.insert(events(1));
    table.insert(events(2, 3, 4));
    table.insert(events(5));
    assertThat(stored())
        .containsExactly("1 of raft-a", "2 of raft-a", "3 of raft-a", "4 of raft-a", "5 of raft-a");
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void a_write_that_fails_leaves_nothing_of_itself_and_the_next_one_works() throws Exception {
    table.insert(events(1, 2));
    assertThatThrownBy(() -> table.insert(events(3, 2))).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> table.insert(events(1))).isInstanceOf(SQLException.class);
    table.insert(events(3));
    assertThat(stored()).containsExactly("1 of raft-a", "2 of raft-a", "3 of raft-a");
  }

  @Test
  void nothing_is_written_after_the_end() throws Exception {
    table.insert(events(1));
    table.close();
    assertThatThrownBy(() -> table.insert(events(2))).hasMessage("the journal is closed");
    assertThat(stored()).containsExactly("1 of raft-a");
  }

  private static List<EventTable.Row> events(long... sequenceNumbers) {
    return LongStream.of(sequenceNumbers)
        .mapToObj(
            n ->
                new EventTable.Row(
                    "raft-a",
                    n,
                    "writer",
                    1_700_000_000_000L,
                    "",
                    (n + " of raft-a").getBytes(StandardCharsets.UTF_8),
                    1,
                    "manifest"))
        .toList();
  }

  private List<String> stored() throws SQLException {
    List<String> stored = new ArrayList<>();
    try (Connection connection = data.journal().reader().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT event_payload FROM event_journal WHERE NOT deleted ORDER BY"
                    + " sequence_number")) {
      while (row.next()) {
        stored.add(new String(row.getBytes(1), StandardCharsets.UTF_8));
      }
    }
    return stored;
  }
}
