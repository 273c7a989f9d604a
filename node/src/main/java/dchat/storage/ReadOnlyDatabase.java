package dchat.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** Looks into a node's database, whether the node runs or not, and can't change it. */
public final class ReadOnlyDatabase implements AutoCloseable {
  private final Connection connection;
  private final Path file;

  private ReadOnlyDatabase(Connection connection, Path file) {
    this.connection = connection;
    this.file = file;
  }

  /**
   * @param name such as {@code chat.db}
   * @throws StorageException if there is no such database, or it can't be read
   */
  public static ReadOnlyDatabase open(Path folder, String name) {
    Path file = folder.toAbsolutePath().normalize().resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new StorageException(
          "there is no " + name + " in " + folder + ": is it a node's data folder?");
    }
    SQLiteConfig readOnly = new SQLiteConfig();
    readOnly.setReadOnly(true);
    readOnly.setBusyTimeout(5_000);
    try {
      Connection connection =
          DriverManager.getConnection("jdbc:sqlite:" + file, readOnly.toProperties());
      return new ReadOnlyDatabase(connection, file);
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The rows that a query answers; each a map from column to String, Long, byte[] or null, in the
   * order of the columns.
   */
  public List<Map<String, Object>> rows(String query, Object... values) {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        List<Map<String, Object>> rows = new ArrayList<>();
        int columns = row.getMetaData().getColumnCount();
        while (row.next()) {
          Map<String, Object> cells = new LinkedHashMap<>();
          for (int i = 1; i <= columns; i++) {
            Object cell = row.getObject(i);
            cells.put(
                row.getMetaData().getColumnLabel(i),
                cell instanceof Number number ? (Object) number.longValue() : cell);
          }
          rows.add(cells);
        }
        return rows;
      }
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It only read: there is nothing to lose.
    }
  }

  private static StorageException unreadable(Path file, SQLException e) {
    return new StorageException("can't read " + file + ": " + e.getMessage(), e);
  }
}
