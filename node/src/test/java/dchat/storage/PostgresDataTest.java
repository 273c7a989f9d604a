package dchat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node relies on in a PostgreSQL database, and what it refuses. */
@ResourceLock(Postgres.SERVER)
class PostgresDataTest {
  private static final Identity NODE0 = new Identity("node0", "test");

  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  private PostgresSettings database;

  @BeforeEach
  void create() {
    database = POSTGRES.server().database("data" + System.nanoTime());
  }

  @Test
  void a_new_database_gets_its_schemas_and_each_commit_is_durable() throws Exception {
    DataPlace place = new DataPlace.Postgres(database);
    assertThat(place.isNew()).isTrue();
    try (NodeData data = place.open(NODE0)) {
      for (Database each : List.of(data.journal(), data.chat(), data.search())) {
        assertThat(string(each, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(string(each, "SELECT node_id FROM node_identity")).isEqualTo("node0");
      }
      assertThat(string(data.journal(), "SELECT count(*) FROM event_journal")).isEqualTo("0");
      assertThat(data.writeTrouble()).isEmpty();
    }
    assertThat(place.isNew()).isFalse();
    place.open(NODE0).close();
  }

  @Test
  void what_its_user_or_database_says_of_durability_does_not_count() throws Exception {
    sql("ALTER DATABASE \"%s\" SET synchronous_commit = off".formatted(database.database()));
    try (NodeData data = PostgresData.open(database, NODE0)) {
      assertThat(string(data.journal(), "SHOW synchronous_commit")).isEqualTo("on");
    }
  }

  @Test
  void a_connection_that_is_not_durable_is_refused() {
    PostgresSettings careless = database;
    String url =
        careless.jdbcUrl("journal", "-c synchronous_commit=off", java.time.Duration.ofSeconds(5))
            + "&dchatProcess=1";
    assertThatThrownBy(() -> new PostgresDriver().connect(url, careless.credentials()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("fsync=on synchronous_commit=off instead of on and on");
  }

  @Test
  void a_server_that_does_not_sync_is_refused() {
    POSTGRES.server().sql("postgres", "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
    try {
      assertRefused(database, NODE0, "fsync=off synchronous_commit=on instead of on and on");
    } finally {
      POSTGRES.server().sql("postgres", "ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()");
    }
  }

  @Test
  void readers_refuse_to_write_and_see_one_moment() throws Exception {
    try (NodeData data = PostgresData.open(database, NODE0);
        Connection reader = data.chat().reader().getConnection();
        Statement reading = reader.createStatement()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> reading.execute("DELETE FROM chat_room"))
          .withMessageContaining("read-only");
      reader.setAutoCommit(false);
      assertThat(string(reading, "SELECT count(*) FROM chat_room")).isEqualTo("1");
      try (Connection writer = data.chat().writer().getConnection();
          Statement writing = writer.createStatement()) {
        writing.execute("INSERT INTO chat_room VALUES ('ops', 1, 1)");
      }
      assertThat(string(reading, "SELECT count(*) FROM chat_room")).isEqualTo("1");
      reader.rollback();
      assertThat(string(reading, "SELECT count(*) FROM chat_room")).isEqualTo("2");
      reader.rollback();
    }
  }

  @Test
  void another_nodes_or_clusters_database_is_refused() {
    PostgresData.open(database, NODE0).close();
    assertRefused(
        database,
        new Identity("node1", "test"),
        database + " belongs to node0 of cluster test, not to node1 of cluster test");
    assertRefused(database, new Identity("node0", "other"), "belongs to node0 of cluster test");
    PostgresData.open(database, NODE0).close();
  }

  @Test
  void a_second_process_is_refused_until_nothing_of_the_first_is_left() {
    try (NodeData first = PostgresData.open(database, NODE0)) {
      assertRefused(database, NODE0, "it is in use by a running node (from 127.0.0.1)");
      assertThat(first.writeTrouble()).isEmpty();
    }
    PostgresData.open(database, NODE0).close();
  }

  @Test
  void who_lost_all_connections_finds_out_that_another_took_its_place() {
    try (NodeData first = PostgresData.open(database, NODE0)) {
      POSTGRES
          .server()
          .sql(
              "postgres",
              "ALTER DATABASE \"%s\" CONNECTION LIMIT 0".formatted(database.database()),
              "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '%s'"
                  .formatted(database.database()),
              "ALTER DATABASE \"%s\" CONNECTION LIMIT -1".formatted(database.database()));
      try (NodeData second = PostgresData.open(database, NODE0)) {
        assertThat(first.writeTrouble())
            .hasValueSatisfying(why -> assertThat(why).contains("it is in use by a running node"));
        assertThat(second.writeTrouble()).isEmpty();
      }
    }
  }

  @Test
  void another_programs_schema_and_a_state_without_its_journal_are_refused() {
    sqlIn("CREATE SCHEMA chat CREATE TABLE theirs (a TEXT)");
    assertRefused(database, NODE0, "has a schema chat but no schema journal");
    sqlIn("CREATE SCHEMA journal CREATE TABLE theirs (a TEXT)");
    assertRefused(database, NODE0, "schema journal of " + database + " is another program's");
  }

  @Test
  void what_keeps_a_node_out_is_one_line() {
    String where = "can't use PostgreSQL database %s at 127.0.0.1:%d: ";
    assertRefused(
        new PostgresSettings(
            database.host(),
            database.port(),
            database.database(),
            "dchat",
            Optional.of("wrong"),
            Optional.empty()),
        NODE0,
        where.formatted(database.database(), database.port())
            + "password authentication failed for user \"dchat\"");
    assertRefused(
        POSTGRES.server().settings("nowhere"),
        NODE0,
        where.formatted("nowhere", database.port())
            + "database \"nowhere\" does not exist; make it, owned by the node's user (createdb"
            + " -O)");
    assertRefused(
        new PostgresSettings(
            "127.0.0.1", 1, "dchat", "dchat", Optional.of("wrong"), Optional.empty()),
        NODE0,
        where.formatted("dchat", 1) + "Connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"journal", "chat", "search"})
  void both_kinds_have_the_same_versions_of_tables(String name)
      throws IOException, URISyntaxException {
    assertThat(lastVersion(name + "/postgresql")).isEqualTo(lastVersion(name + "/sqlite"));
  }

  private static int lastVersion(String folder) throws IOException, URISyntaxException {
    Path migrations = Path.of(PostgresData.class.getResource("/db/" + folder).toURI());
    try (Stream<Path> files = Files.list(migrations)) {
      return files
          .map(file -> file.getFileName().toString())
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
          .max()
          .orElseThrow();
    }
  }

  private static void assertRefused(PostgresSettings settings, Identity owner, String why) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> PostgresData.open(settings, owner))
        .satisfies(e -> assertThat(e.getMessage()).contains(why).doesNotContain("\n"));
  }

  private void sql(String... statements) {
    POSTGRES.server().sql("postgres", statements);
  }

  private void sqlIn(String... statements) {
    POSTGRES.server().sql(database.database(), statements);
  }

  private static String string(Database database, String query) throws SQLException {
    try (Connection connection = database.writer().getConnection();
        Statement statement = connection.createStatement()) {
      return string(statement, query);
    }
  }

  private static String string(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
