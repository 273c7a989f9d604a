package dchat.node;

import dchat.chat.Backup;
import dchat.raft.RestoredReplica;
import dchat.raft.StateMachine;
import dchat.raft.StoredJournal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Which backup the state beside this journal comes from, and the journal's beginning behind it. */
final class RestoreMemory {
  private final DataSource journal;

  RestoreMemory(DataSource journal) {
    this.journal = journal;
  }

  /** Where the restored state stands, in the log of the cluster it comes from. */
  record Restored(String clusterName, StateMachine.Position position) {}

  /** Empty if this node's state is its own. */
  Optional<Restored> load() throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT cluster_name, log_index, term, last_entry_at FROM restored_backup")) {
      return row.next()
          ? Optional.of(
              new Restored(
                  row.getString(1),
                  new StateMachine.Position(row.getLong(2), row.getLong(3), row.getLong(4))))
          : Optional.empty();
    }
  }

  /** Durable when it returns. */
  void save(Backup.Header header) throws SQLException {
    try (Connection connection = journal.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO restored_backup"
                    + " (only_row, cluster_name, log_index, term, last_entry_at)"
                    + " VALUES (1, ?, ?, ?, ?)")) {
      insert.setString(1, header.cluster());
      insert.setLong(2, header.position().index());
      insert.setLong(3, header.position().term());
      insert.setLong(4, header.position().timestampMillis());
      insert.executeUpdate();
    }
  }

  /**
   * Writes the first events of an empty journal, all or none: as Pekko Persistence would have.
   * Durable when it returns.
   */
  void begin(RestoredReplica replica) throws SQLException {
    try (Connection connection = journal.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO event_journal (deleted, persistence_id, sequence_number, writer,"
                    + " write_timestamp, adapter_manifest, event_payload, event_ser_id,"
                    + " event_ser_manifest) VALUES (FALSE, ?, ?, ?, ?, '', ?, ?, ?)")) {
      connection.setAutoCommit(false);
      String writer = UUID.randomUUID().toString();
      long sequenceNumber = 0;
      for (StoredJournal.Row row : replica.rows()) {
        insert.setString(1, replica.persistenceId());
        insert.setLong(2, ++sequenceNumber);
        insert.setString(3, writer);
        insert.setLong(4, System.currentTimeMillis());
        insert.setBytes(5, row.payload());
        insert.setInt(6, replica.serializerId());
        insert.setString(7, row.manifest());
        insert.executeUpdate();
      }
      connection.commit();
    }
  }
}
