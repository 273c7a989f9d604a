package dchat.storage;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** One schema of a node's database in PostgreSQL. */
public final class PostgresDatabase implements Database {
  private static final int MAX_READERS = 8;

  /** Together: how long somebody waits for a connection while the server is away. */
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(3);

  /**
   * Durable is what the server has before the session's own settings, too; but that is for the
   * operator to change at any time. A machine that vanished is noticed within half a minute, so
   * that its node can go on elsewhere.
   */
  private static final String EVERY_SESSION =
      "-c synchronous_commit=on -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
          + " -c tcp_keepalives_count=3";

  private static final String READING =
      " -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read";

  private final String schema;
  private final PostgresSettings server;
  private final String writingUrl;
  private final HikariDataSource writer;
  private final HikariDataSource reader;
  private String schemaVersion = "";

  /**
   * @param process see {@link PostgresDriver#PROCESS}
   * @param answersWithin how long one statement may take before its connection counts as lost
   */
  PostgresDatabase(String schema, PostgresSettings server, int process, Duration answersWithin) {
    this.schema = schema;
    this.server = server;
    String number = "&" + PostgresDriver.PROCESS + "=" + process;
    this.writingUrl = server.jdbcUrl(schema, EVERY_SESSION, answersWithin) + number;
    // Both open their first connection when they are first asked for one.
    this.writer = pool("write", writingUrl, 1);
    this.reader =
        pool(
            "read",
            server.jdbcUrl(schema, EVERY_SESSION + READING, answersWithin) + number,
            MAX_READERS);
  }

  @Override
  public DataSource writer() {
    return writer;
  }

  @Override
  public DataSource reader() {
    return reader;
  }

  @Override
  public String schemaVersion() {
    return schemaVersion;
  }

  @Override
  public Map<String, String> slick() {
    return Map.of(
        "profile",
        "slick.jdbc.PostgresProfile$",
        "db.driver",
        PostgresDriver.class.getName(),
        "db.url",
        writingUrl,
        "db.user",
        server.user(),
        "db.password",
        server.password().orElse(""),
        "db.connectionTimeout",
        CONNECTED_WITHIN.toMillis() + " ms");
  }

  /** A connection beside the pools', for writing. */
  Connection connect() throws SQLException {
    return new PostgresDriver().connect(writingUrl, server.credentials());
  }

  /** Whether there is such a schema, whoever made it. */
  boolean exists(Statement statement) throws SQLException {
    return isTrue(statement, "SELECT to_regnamespace('" + schema + "') IS NOT NULL");
  }

  /** Looks without changing. */
  void refuseOtherThan(Identity owner, Statement statement) throws SQLException {
    // By name, for one may look at a schema only with its owner's leave.
    String relations =
        "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE nspname = '%s' AND relname LIKE '%%s')".formatted(schema);
    if (isTrue(statement, relations.formatted(IdentityMark.TABLE))) {
      statement.execute("SET search_path = " + schema);
      Optional<Identity> found = IdentityMark.read(statement);
      if (found.isPresent() && !found.get().equals(owner)) {
        throw new StorageException(server + " belongs to " + found.get() + ", not to " + owner);
      }
    } else if (isTrue(statement, relations.formatted("%"))) {
      throw new StorageException("schema %s of %s is another program's".formatted(schema, server));
    }
  }

  /** Creates what is missing: the mark first, so that there is never a table without an owner. */
  void prepare(Identity owner) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
      IdentityMark.put(connection, owner);
    }
    schemaVersion =
        Migrations.apply(
            Flyway.configure(getClass().getClassLoader())
                .dataSource(writingUrl, server.user(), server.password().orElse(""))
                .defaultSchema(schema),
            schema + "/postgresql",
            "schema %s of %s".formatted(schema, server));
  }

  void close() {
    reader.close();
    writer.close();
  }

  private HikariDataSource pool(String use, String url, int size) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName(server.database() + "-" + schema + "-" + use);
    pool.setDriverClassName(PostgresDriver.class.getName());
    pool.setJdbcUrl(url);
    pool.setDataSourceProperties(server.credentials());
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(CONNECTED_WITHIN.toMillis());
    pool.setMaxLifetime(0);
    // A server that is away at that moment is no other case than one that is away later.
    pool.setInitializationFailTimeout(-1);
    return pool;
  }

  private static boolean isTrue(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
