package dchat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final Identity NODE0 = new Identity("node0", "dchat");

  @TempDir Path temp;

  @Test
  void a_new_folder_gets_both_databases_with_their_durability() throws Exception {
    try (DataFolder data = DataFolder.open(temp.resolve("a/b"), NODE0)) {
      assertThat(string(data.journal().jdbcUrl(), "PRAGMA synchronous")).isEqualTo("2");
      assertThat(string(data.journal().jdbcUrl(), "PRAGMA journal_mode")).isEqualTo("wal");
      for (DataSource chat : List.of(data.chat().writer(), data.chat().reader())) {
        assertThat(string(chat, "PRAGMA synchronous")).isEqualTo("1");
        assertThat(string(chat, "PRAGMA journal_mode")).isEqualTo("wal");
      }
      assertThat(string(data.journal().jdbcUrl(), "SELECT count(*) FROM event_journal"))
          .isEqualTo("0");
      assertThat(string(data.journal().jdbcUrl(), "SELECT node_id FROM node_identity"))
          .isEqualTo("node0");
    }
  }

  @Test
  void what_was_committed_is_there_after_closing_and_opening_again() throws Exception {
    try (DataFolder data = DataFolder.open(temp, NODE0)) {
      execute(data.chat().writer(), "CREATE TABLE kept (a TEXT)");
      execute(data.chat().writer(), "INSERT INTO kept VALUES ('x')");
    }
    try (DataFolder data = DataFolder.open(temp, NODE0)) {
      assertThat(string(data.chat().reader(), "SELECT a FROM kept")).isEqualTo("x");
    }
  }

  @Test
  void readers_refuse_to_write() {
    try (DataFolder data = DataFolder.open(temp, NODE0)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> execute(data.chat().reader(), "CREATE TABLE t (a TEXT)"))
          .withMessageContaining("readonly");
    }
  }

  @Test
  void a_reader_sees_one_moment_while_the_writer_goes_on() throws Exception {
    try (DataFolder data = DataFolder.open(temp, NODE0)) {
      execute(data.chat().writer(), "CREATE TABLE t (a INTEGER)");
      try (Connection reader = data.chat().reader().getConnection()) {
        reader.setAutoCommit(false);
        assertThat(string(reader, "SELECT count(*) FROM t")).isEqualTo("0");
        execute(data.chat().writer(), "INSERT INTO t VALUES (1)");
        assertThat(string(reader, "SELECT count(*) FROM t")).isEqualTo("0");
        reader.rollback();
        assertThat(string(reader, "SELECT count(*) FROM t")).isEqualTo("1");
        reader.rollback();
      }
    }
  }

  @Test
  void another_nodes_folder_is_refused_and_left_as_it_was() throws Exception {
    DataFolder.open(temp, NODE0).close();
    byte[] before = Files.readAllBytes(temp.resolve("journal.db"));

    assertRefused(
        temp,
        new Identity("node1", "dchat"),
        temp.resolve("journal.db")
            + " belongs to node0 of cluster dchat, not to node1 of cluster dchat");

    assertThat(Files.readAllBytes(temp.resolve("journal.db"))).isEqualTo(before);
    DataFolder.open(temp, NODE0).close();
  }

  @Test
  void another_clusters_folder_is_refused() {
    DataFolder.open(temp, NODE0).close();
    assertRefused(temp, new Identity("node0", "other"), "belongs to node0 of cluster dchat");
  }

  @Test
  void the_mark_is_found_though_the_process_died_before_a_checkpoint() throws Exception {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    try (DataFolder data = DataFolder.open(temp.resolve("live"), NODE0);
        Connection open = DriverManager.getConnection(data.journal().jdbcUrl());
        Statement statement = open.createStatement()) {
      statement.execute("UPDATE node_identity SET node_id = 'node7'");
      for (String name : List.of("journal.db", "journal.db-wal", "chat.db")) {
        Files.copy(temp.resolve("live").resolve(name), copy.resolve(name));
      }
    }
    assertRefused(copy, NODE0, "belongs to node7");
  }

  @Test
  void another_programs_database_is_refused_and_left_as_it_was() throws Exception {
    Path file = temp.resolve("journal.db");
    try (Connection theirs = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = theirs.createStatement()) {
      statement.execute("CREATE TABLE theirs (a TEXT)");
    }
    byte[] before = Files.readAllBytes(file);

    assertRefused(temp, NODE0, file + " is another program's database");

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(temp.resolve("chat.db")).doesNotExist();
  }

  @Test
  void a_file_that_is_no_database_is_refused_before_anything_is_created() throws Exception {
    Files.writeString(temp.resolve("journal.db"), "Dear diary, this is no database.");
    assertRefused(temp, NODE0, temp.resolve("journal.db") + " isn't a database");
    assertThat(filesIn(temp)).containsExactly("journal.db");
  }

  @Test
  void a_state_without_its_journal_is_refused() throws Exception {
    DataFolder.open(temp, NODE0).close();
    Files.delete(temp.resolve("journal.db"));
    assertRefused(temp, NODE0, "has a chat.db but no journal.db");
    assertThat(temp.resolve("journal.db")).doesNotExist();
  }

  @Test
  void a_first_start_that_died_half_way_can_be_repeated() throws Exception {
    Files.createFile(temp.resolve("journal.db"));
    DataFolder.open(temp, NODE0).close();
    assertThat(temp.resolve("chat.db")).exists();
  }

  @Test
  void a_journal_of_a_newer_version_is_refused() throws Exception {
    try (DataFolder data = DataFolder.open(temp, NODE0);
        Connection connection = DriverManager.getConnection(data.journal().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql',"
              + " checksum, installed_by, installed_on, execution_time, success"
              + " FROM flyway_schema_history WHERE version = '1'");
    }
    assertRefused(
        temp,
        NODE0,
        temp.resolve("journal.db")
            + " was written by a newer DChat (its tables are of version 99): start it with that");
  }

  @Test
  void a_folder_that_cannot_be_made_is_refused() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    assertRefused(file, NODE0, "data folder " + file + " is a file");
    assertRefused(file.resolve("below"), NODE0, "can't write to data folder " + file);
  }

  @Test
  void a_folder_open_in_this_process_is_refused() {
    DataFolder first = DataFolder.open(temp, NODE0);
    try {
      assertRefused(temp, NODE0, "is open in this process already");
    } finally {
      first.close();
    }
  }

  @Test
  void a_folder_that_another_process_has_open_is_refused_until_that_process_dies()
      throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("open");
      assertRefused(temp, NODE0, "is in use by a running node (process " + holder.pid() + ")");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    DataFolder.open(temp, NODE0).close();
  }

  /** Holds a folder open until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      DataFolder data = DataFolder.open(Path.of(args[0]), NODE0);
      System.out.println("open");
      System.in.read();
      data.close();
    }
  }

  private static void assertRefused(Path folder, Identity owner, String line) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> DataFolder.open(folder, owner).close())
        .withMessageContaining(line)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String string(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return string(connection, sql);
    }
  }

  private static String string(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      return string(connection, sql);
    }
  }

  private static String string(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
