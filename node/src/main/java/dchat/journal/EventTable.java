package dchat.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The writing side of Pekko Persistence JDBC's table of events: one connection, kept open with its
 * statement prepared, as each message waits for it. Used by one thread at a time.
 */
final class EventTable implements AutoCloseable {
  private static final String INSERT =
      "INSERT INTO event_journal (deleted, persistence_id, sequence_number, writer,"
          + " write_timestamp, adapter_manifest, event_payload, event_ser_id, event_ser_manifest)"
          + " VALUES ";
  private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final int COLUMNS = 9;

  /** An event as the plug-in's own queries read it. */
  record Row(
      String persistenceId,
      long sequenceNumber,
      String writer,
      long atMillis,
      String adapterManifest,
      byte[] payload,
      int serializerId,
      String serializerManifest) {}

  /** Where connections come from. */
  interface Connections {
    Connection open() throws SQLException;
  }

  private record Open(Connection connection, PreparedStatement insertOne) {}

  private final Connections connections;
  private Optional<Open> open = Optional.empty();
  private boolean closed;

  EventTable(Connections connections) {
    this.connections = connections;
  }

  /**
   * Makes these events durable, all or none: they are one statement, and a transaction by that.
   *
   * @throws SQLException if they may not be; the next write opens another connection
   */
  synchronized void insert(List<Row> rows) throws SQLException {
    try {
      Open table = opened();
      if (rows.size() == 1) {
        insert(table.insertOne(), rows);
      } else {
        try (PreparedStatement insertAll =
            table
                .connection()
                .prepareStatement(INSERT + (ROW + ", ").repeat(rows.size() - 1) + ROW)) {
          insert(insertAll, rows);
        }
      }
    } catch (SQLException e) {
      release();
      throw e;
    }
  }

  private Open opened() throws SQLException {
    if (closed) {
      throw new SQLException("the journal is closed");
    }
    if (open.isEmpty()) {
      Connection connection = connections.open();
      try {
        open = Optional.of(new Open(connection, connection.prepareStatement(INSERT + ROW)));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return open.get();
  }

  private static void insert(PreparedStatement statement, List<Row> rows) throws SQLException {
    int before = 0;
    for (Row row : rows) {
      statement.setBoolean(before + 1, false);
      statement.setString(before + 2, row.persistenceId());
      statement.setLong(before + 3, row.sequenceNumber());
      statement.setString(before + 4, row.writer());
      statement.setLong(before + 5, row.atMillis());
      statement.setString(before + 6, row.adapterManifest());
      statement.setBytes(before + 7, row.payload());
      statement.setInt(before + 8, row.serializerId());
      statement.setString(before + 9, row.serializerManifest());
      before += COLUMNS;
    }
    statement.executeUpdate();
  }

  /** Back to its pool, which ends its statements and looks whether it is broken. */
  private void release() {
    try {
      if (open.isPresent()) {
        open.get().connection().close();
      }
    } catch (SQLException e) {
      // It is gone, and every write on it was answered.
    }
    open = Optional.empty();
  }

  /** No event is written after. */
  @Override
  public synchronized void close() {
    closed = true;
    release();
  }
}
