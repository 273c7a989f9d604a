package dchat.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * SQLite's driver with connections that stay usable, and say what was wrong, when a transaction
 * fails. When the disk is full SQLite ends a transaction by itself. Whoever then rolls back, or
 * only leaves the transaction, would be told "no transaction is active", in the place of what the
 * disk said.
 */
public final class SqliteDriver extends JDBC {

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    // Null says that the URL is another driver's: JDBC's contract.
    return isValidURL(url)
        ? new ForgivingConnection(url, url.trim().substring(PREFIX.length()), info)
        : null;
  }

  private static final class ForgivingConnection extends JDBC4Connection {

    private ForgivingConnection(String url, String file, Properties info) throws SQLException {
      super(url, file, info);
    }

    /** Nothing of a transaction whose commit failed may be committed later. */
    @Override
    public void commit() throws SQLException {
      try {
        super.commit();
      } catch (SQLException failed) {
        try {
          rollback();
        } catch (SQLException notEither) {
          failed.addSuppressed(notEither);
        }
        throw failed;
      }
    }

    /** Succeeds too if SQLite has rolled back by itself. */
    @Override
    public void rollback() throws SQLException {
      try {
        super.rollback();
      } catch (SQLException failed) {
        if (getAutoCommit() || !begin()) {
          throw failed;
        }
      }
    }

    /** Works only if no transaction is under way: the next one is, as JDBC has it. */
    private boolean begin() {
      try {
        getDatabase().exec(transactionPrefix(), false);
        return true;
      } catch (SQLException underWay) {
        return false;
      }
    }
  }
}
