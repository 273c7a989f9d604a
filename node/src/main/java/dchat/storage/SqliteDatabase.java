package dchat.storage;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;

/** One SQLite database in WAL mode. */
public final class SqliteDatabase implements Database {
  private static final byte[] HEADER = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_READERS = 8;
  private static final long BUSY_TIMEOUT_MILLIS = 5_000;

  /** Of each connection, outside the heap; used only as far as it is needed. */
  private static final int CACHE_KIBIBYTES = 8 * 1024;

  private final Path file;
  private final Durability durability;
  private final HikariDataSource writer;
  private final HikariDataSource reader;
  private String schemaVersion = "";

  SqliteDatabase(Path file, Durability durability) {
    this.file = file;
    this.durability = durability;
    // Both open their first connection when they are first asked for one.
    this.writer = pool("write", url("IMMEDIATE"), 1);
    this.reader = pool("read", url("DEFERRED"), MAX_READERS);
    this.reader.setConnectionInitSql("PRAGMA query_only = 1");
  }

  /**
   * URL for a library that keeps connections of its own, made with {@link SqliteDriver}. Each
   * connection made with it has this database's durability; a transaction takes the write lock when
   * it begins.
   */
  public String jdbcUrl() {
    return url("IMMEDIATE");
  }

  /** {@inheritDoc} A transaction takes the write lock when it begins. */
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
    return Map.of("db.url", jdbcUrl());
  }

  boolean exists() {
    return Files.exists(file);
  }

  void refuseIfNotADatabase() {
    if (!exists()) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(HEADER.length);
      // An empty file is what a crash leaves behind between creating and marking.
      if (start.length > 0 && !Arrays.equals(start, HEADER)) {
        throw new StorageException(file + " isn't a database");
      }
    } catch (IOException e) {
      throw new StorageException("can't read " + file + ": " + DataFolder.reason(e), e);
    }
  }

  /** Looks without changing: another program's database may not even be switched to WAL. */
  void refuseOtherThan(Identity owner) {
    if (!exists()) {
      return;
    }
    SQLiteConfig readOnly = new SQLiteConfig();
    readOnly.setReadOnly(true);
    try (Connection connection = connect("jdbc:sqlite:" + file, readOnly.toProperties());
        Statement statement = connection.createStatement()) {
      if (hasTable(statement, IdentityMark.TABLE)) {
        Optional<Identity> found = IdentityMark.read(statement);
        if (found.filter(Identity::isNobodys).isPresent()) {
          refuseFormerCluster(found.get(), owner);
        } else if (found.isPresent() && !found.get().equals(owner)) {
          throw new StorageException(file + " belongs to " + found.get() + ", not to " + owner);
        }
      } else if (count(statement, "SELECT count(*) FROM sqlite_master") > 0) {
        throw new StorageException(file + " is another program's database");
      }
    } catch (SQLException e) {
      throw unusable(e);
    }
  }

  private void refuseFormerCluster(Identity found, Identity owner) {
    if (found.clusterName().equals(owner.clusterName())) {
      throw new StorageException(
          "%s was restored from a backup of cluster %s: it begins a new cluster, which needs another"
                  .formatted(file.getParent(), found.clusterName())
              + " name (--cluster-name, or dchat.node.cluster-name)");
    }
  }

  /** Creates what is missing: the mark first, so that there is never a table without an owner. */
  void prepare(Identity owner) {
    try (Connection connection = connect(jdbcUrl(), new Properties());
        Statement statement = connection.createStatement()) {
      assertDurability(statement);
      IdentityMark.put(connection, owner);
    } catch (SQLException e) {
      throw unusable(e);
    }
    String name = file.getFileName().toString().replace(".db", "");
    schemaVersion =
        Migrations.apply(
            Flyway.configure(getClass().getClassLoader()).dataSource(jdbcUrl(), null, null),
            name + "/sqlite",
            file.toString());
  }

  void close() {
    reader.close();
    writer.close();
  }

  private void assertDurability(Statement statement) throws SQLException {
    String mode = string(statement, "PRAGMA journal_mode");
    int synchronous = count(statement, "PRAGMA synchronous");
    if (!mode.equalsIgnoreCase("wal") || synchronous != durability.reported) {
      throw new StorageException(
          "%s runs with journal_mode=%s synchronous=%d instead of wal and %d (%s): commits wouldn't"
                  .formatted(file, mode, synchronous, durability.reported, durability.synchronous)
              + " survive a power cut");
    }
  }

  private String url(String transactionMode) {
    // Nothing here has generated keys; by default the driver asks for them after every statement,
    // which doubles what an insert costs.
    return ("jdbc:sqlite:%s?journal_mode=WAL&synchronous=%s&transaction_mode=%s&busy_timeout=%d"
            + "&foreign_keys=on&cache_size=-%d&jdbc.get_generated_keys=false")
        .formatted(
            file, durability.synchronous, transactionMode, BUSY_TIMEOUT_MILLIS, CACHE_KIBIBYTES);
  }

  private HikariDataSource pool(String use, String url, int size) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName(file.getFileName() + "-" + use);
    pool.setDriverClassName(SqliteDriver.class.getName());
    pool.setJdbcUrl(url);
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(BUSY_TIMEOUT_MILLIS);
    // A connection to a file doesn't age.
    pool.setMaxLifetime(0);
    return pool;
  }

  private static Connection connect(String url, Properties properties) throws SQLException {
    return DriverManager.getConnection(url, properties);
  }

  private static boolean hasTable(Statement statement, String table) throws SQLException {
    return count(
            statement,
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'")
        > 0;
  }

  private static int count(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static String string(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private StorageException unusable(SQLException e) {
    return new StorageException("can't use " + file + ": " + StorageException.line(e), e);
  }
}
