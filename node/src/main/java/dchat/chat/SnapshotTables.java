package dchat.chat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables in which another replica's state waits until it is complete, and the one transaction
 * that puts it in the place of the present state.
 */
final class SnapshotTables {
  private final Connection connection;
  private final Dialect dialect;

  SnapshotTables(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** Empty tables of the same shape; what an earlier snapshot left in them goes. */
  void prepare() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : SnapshotRows.TABLES) {
        statement.execute("DROP TABLE IF EXISTS staged_" + table);
        statement.execute(
            "CREATE TABLE staged_" + table + " AS SELECT * FROM " + table + " LIMIT 0");
      }
    }
  }

  void drop() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : SnapshotRows.TABLES) {
        statement.execute("DROP TABLE IF EXISTS staged_" + table);
      }
    }
  }

  void insert(List<SnapshotRows.Row> rows) throws SQLException {
    connection.setAutoCommit(false);
    Map<String, PreparedStatement> inserts = new HashMap<>();
    try {
      for (SnapshotRows.Row row : rows) {
        PreparedStatement insert = inserts.get(row.table());
        if (insert == null) {
          insert = connection.prepareStatement(insertInto(row));
          inserts.put(row.table(), insert);
        }
        for (int i = 0; i < row.cells().size(); i++) {
          insert.setObject(i + 1, row.cells().get(i));
        }
        insert.addBatch();
      }
      for (PreparedStatement insert : inserts.values()) {
        insert.executeBatch();
      }
      connection.commit();
    } finally {
      for (PreparedStatement insert : inserts.values()) {
        insert.close();
      }
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static String insertInto(SnapshotRows.Row row) {
    String places = String.join(", ", Collections.nCopies(row.cells().size(), "?"));
    return "INSERT INTO staged_" + row.table() + " VALUES (" + places + ")";
  }

  /** All or nothing; durable when it returns. */
  void install(byte[] label) throws SQLException {
    requireComplete();
    durably(
        () -> {
          try (Statement statement = connection.createStatement();
              PreparedStatement labelled =
                  connection.prepareStatement(
                      "INSERT INTO installed_snapshot (only_row, label) VALUES (1, ?)"
                          + " ON CONFLICT (only_row) DO UPDATE SET label = excluded.label")) {
            for (String table : SnapshotRows.TABLES) {
              statement.executeUpdate("DELETE FROM " + table);
              statement.executeUpdate("INSERT INTO " + table + " SELECT * FROM staged_" + table);
            }
            labelled.setBytes(1, label);
            labelled.executeUpdate();
          }
        });
  }

  /** For a state that comes from no peer, and whose people have to sign in again. Durable. */
  void beginAnew() throws SQLException {
    durably(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM installed_snapshot");
            statement.executeUpdate(
                "UPDATE chat_account SET session_token = NULL, session_index = NULL,"
                    + " session_request = NULL, session_made_at = NULL, session_used_at = NULL,"
                    + " session_idle_ms = NULL, session_total_ms = NULL, ended_token = NULL,"
                    + " ended_index = NULL, ended_how = NULL");
          }
        });
  }

  private void requireComplete() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM staged_chat_applied")) {
      if (!row.next() || row.getLong(1) != 1) {
        throw new SQLException("the snapshot doesn't say how far it goes");
      }
    }
  }

  /**
   * Makes every commit so far durable. The WAL is one file, so the fsync of this one commit takes
   * all before it along.
   */
  void makeDurable() throws SQLException {
    durably(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE chat_applied SET log_index = log_index");
          }
        });
  }

  Optional<byte[]> label() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT label FROM installed_snapshot")) {
      return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
    }
  }

  private interface Change {
    void make() throws SQLException;
  }

  private void durably(Change change) throws SQLException {
    execute(dialect.durableFromNow());
    try {
      connection.setAutoCommit(false);
      change.make();
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
      execute(dialect.durableAtCheckpoints());
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
