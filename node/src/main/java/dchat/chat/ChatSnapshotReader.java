package dchat.chat;

import dchat.raft.StateMachine;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The chat's tables as they are at one moment: one read transaction, in which whatever is written
 * meanwhile is invisible.
 */
final class ChatSnapshotReader implements StateMachine.SnapshotReader {
  private final Connection connection;
  private final StateMachine.Position position;
  private final Iterator<String> tablesLeft = SnapshotRows.TABLES.iterator();
  private String table;
  private Optional<ResultSet> rows = Optional.empty();
  private Optional<byte[]> carried = Optional.empty();

  /**
   * @throws ChatStorageException if the tables can't be read
   */
  ChatSnapshotReader(DataSource reader) {
    try {
      connection = reader.getConnection();
    } catch (SQLException e) {
      throw failed(e);
    }
    try {
      connection.setAutoCommit(false);
      position = readPosition();
    } catch (SQLException e) {
      close();
      throw failed(e);
    }
  }

  private StateMachine.Position readPosition() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT log_index, term, applied_at FROM chat_applied")) {
      row.next();
      return new StateMachine.Position(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  @Override
  public StateMachine.Position position() {
    return position;
  }

  /** One row at least, even if that alone is larger than {@code maxBytes}. */
  @Override
  public Optional<byte[]> nextChunk(int maxBytes) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.write(SnapshotRows.VERSION);
    try {
      for (Optional<byte[]> row = nextRow(); row.isPresent(); row = nextRow()) {
        if (chunk.size() > 1 && chunk.size() + row.get().length > maxBytes) {
          carried = row;
          return Optional.of(chunk.toByteArray());
        }
        chunk.writeBytes(row.get());
      }
    } catch (SQLException e) {
      throw failed(e);
    }
    return chunk.size() > 1 ? Optional.of(chunk.toByteArray()) : Optional.empty();
  }

  private Optional<byte[]> nextRow() throws SQLException {
    if (carried.isPresent()) {
      Optional<byte[]> row = carried;
      carried = Optional.empty();
      return row;
    }
    while (rows.isEmpty() || !rows.get().next()) {
      if (rows.isPresent()) {
        rows.get().getStatement().close();
        rows = Optional.empty();
      }
      if (!tablesLeft.hasNext()) {
        return Optional.empty();
      }
      table = tablesLeft.next();
      rows = Optional.of(connection.createStatement().executeQuery("SELECT * FROM " + table));
    }
    return Optional.of(SnapshotRows.encode(table, rows.get()));
  }

  @Override
  public void close() {
    try (connection) {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // It only read: there is nothing to lose.
    }
  }

  private static ChatStorageException failed(SQLException e) {
    return new ChatStorageException("the chat tables can't be read: " + e.getMessage(), e);
  }
}
