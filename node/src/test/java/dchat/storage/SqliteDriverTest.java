package dchat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection outlives a transaction that failed, and nothing of that transaction does. */
class SqliteDriverTest {
  private static final String LARGE = "INSERT INTO line (text) VALUES (hex(randomblob(100000)))";

  @TempDir Path folder;
  private Connection connection;
  private Statement statement;

  @BeforeEach
  void connect() throws SQLException {
    connection =
        new SqliteDriver()
            .connect(
                "jdbc:sqlite:%s?journal_mode=WAL&transaction_mode=IMMEDIATE&foreign_keys=on"
                    .formatted(folder.resolve("test.db")),
                new Properties());
    statement = connection.createStatement();
    statement.execute("CREATE TABLE line (text TEXT)");
    statement.execute("CREATE TABLE place (id INTEGER PRIMARY KEY)");
    statement.execute(
        "CREATE TABLE guest (place INTEGER REFERENCES place DEFERRABLE INITIALLY DEFERRED)");
    connection.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void rule_17_a_full_database_is_called_full_and_works_again_when_there_is_room()
      throws SQLException {
    statement.execute("PRAGMA max_page_count = 20");
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> statement.execute(LARGE))
        .withMessageContaining("database or disk is full");
    connection.rollback();
    connection.setAutoCommit(true);

    statement.execute("PRAGMA max_page_count = 2000");
    connection.setAutoCommit(false);
    statement.execute(LARGE);
    connection.commit();
    assertThat(count("line")).isEqualTo(1);
  }

  @Test
  void a_transaction_that_ended_by_itself_can_be_left() throws SQLException {
    statement.execute("INSERT INTO line VALUES ('a')");
    statement.execute("ROLLBACK");
    assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
    connection.setAutoCommit(true);

    connection.setAutoCommit(false);
    statement.execute("INSERT INTO line VALUES ('b')");
    connection.commit();
    assertThat(count("line")).isEqualTo(1);
  }

  @Test
  void nothing_of_a_transaction_is_committed_after_its_commit_has_failed() throws SQLException {
    statement.execute("INSERT INTO guest VALUES (7)");
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(connection::commit)
        .withMessageContaining("FOREIGN KEY");
    statement.execute("INSERT INTO place VALUES (7)");
    connection.setAutoCommit(true);

    assertThat(count("guest")).isZero();
  }

  @Test
  void knows_only_its_own_urls() throws SQLException {
    assertThat(new SqliteDriver().connect("jdbc:other:x", new Properties())).isNull();
  }

  private int count(String table) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return row.getInt(1);
    }
  }
}
