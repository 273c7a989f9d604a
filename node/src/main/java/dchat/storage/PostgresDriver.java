package dchat.storage;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * PostgreSQL's driver with connections that a node may rely on, whoever opens them and whenever:
 * their commits are durable, and no other process has the database. What keeps one from being
 * opened is said in one line.
 *
 * <p>Each connection holds, for as long as it lives, a shared advisory lock that carries its
 * process's number, and is refused while there is one with another number. So a process gets in
 * when nothing of the one before it is left, its last commit included; and one that lost all its
 * connections, because the server restarted, finds out if somebody took its place.
 */
public final class PostgresDriver extends Driver {
  /** Of a URL: the number that all connections of one process have in common, 1 or more. */
  static final String PROCESS = "dchatProcess";

  /** Tells these locks from those of others: "DCha". */
  private static final int LOCK_SPACE = 0x44436861;

  private static final String NO_SUCH_DATABASE = "3D000";

  /** Past the log that people read; what it has to say is in its exceptions, too. */
  private static final Logger ITS_OWN = Logger.getLogger("org.postgresql");

  static {
    ITS_OWN.setLevel(Level.OFF);
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    Properties all = acceptsURL(url) ? parseURL(url, info) : null;
    if (all == null) {
      // Another driver's: JDBC's contract.
      return null;
    }
    try {
      Connection connection = super.connect(url, info);
      try {
        requireDurability(connection);
        takePlace(connection, Integer.parseInt(all.getProperty(PROCESS)));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return connection;
    } catch (SQLException e) {
      // The cause is left behind: it is all in this line, which is what people are told.
      throw new SQLException(
          "can't use PostgreSQL database %s at %s:%s: %s"
              .formatted(
                  PGProperty.PG_DBNAME.getOrDefault(all),
                  PGProperty.PG_HOST.getOrDefault(all),
                  PGProperty.PG_PORT.getOrDefault(all),
                  reason(e)),
          e.getSQLState());
    }
  }

  private static void requireDurability(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
                    + " current_setting('server_encoding'), pg_is_in_recovery()")) {
      row.next();
      if (!row.getString(1).equals("on") || row.getString(2).equals("off")) {
        throw new SQLException(
            "it runs with fsync=%s synchronous_commit=%s instead of on and on: commits wouldn't survive a power cut"
                .formatted(row.getString(1), row.getString(2)));
      }
      if (!row.getString(3).equals("UTF8")) {
        throw new SQLException("its encoding is " + row.getString(3) + " instead of UTF8");
      }
      if (row.getBoolean(4)) {
        throw new SQLException("it is a standby, which takes no writes");
      }
    }
  }

  private static void takePlace(Connection connection, int process) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Before the lock, so that who is refused doesn't get in the way of who is there; and after
      // it, for two may come at once. Then one of them sees the other.
      refuseIfTaken(statement, process);
      statement.execute("SELECT pg_advisory_lock_shared(%d, %d)".formatted(LOCK_SPACE, process));
      refuseIfTaken(statement, process);
    }
  }

  private static void refuseIfTaken(Statement statement, int process) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            ("SELECT coalesce(host(client_addr), 'its own machine')"
                    + " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
                    + " WHERE locktype = 'advisory' AND classid = %d AND objsubid = 2"
                    + " AND objid <> %d AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1")
                .formatted(LOCK_SPACE, process))) {
      if (row.next()) {
        throw new SQLException("it is in use by a running node (from " + row.getString(1) + ")");
      }
    }
  }

  private static String reason(SQLException e) {
    Throwable root = RootCause.of(e);
    if (root instanceof UnknownHostException) {
      return "unknown host";
    }
    String line =
        Optional.ofNullable(root.getMessage()).flatMap(m -> m.lines().findFirst()).orElse("");
    return line.replaceFirst("^(FATAL|ERROR): ", "")
        + (NO_SUCH_DATABASE.equals(e.getSQLState())
            ? "; make it, owned by the node's user (createdb -O)"
            : "");
  }
}
