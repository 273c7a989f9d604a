package dchat.chat;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What has to be said differently to the databases that can hold the chat. Everything else is SQL
 * that all of them understand alike.
 */
enum Dialect {
  SQLITE {
    @Override
    String begin() {
      return "BEGIN IMMEDIATE";
    }

    @Override
    String selectApplied() {
      return SELECT_APPLIED;
    }

    @Override
    String durableFromNow() {
      return "PRAGMA synchronous = FULL";
    }

    @Override
    String durableAtCheckpoints() {
      return "PRAGMA synchronous = NORMAL";
    }

    @Override
    SearchWords searchWords() {
      return new FtsWords();
    }
  },

  POSTGRES {
    @Override
    String begin() {
      return "BEGIN";
    }

    /**
     * Waits for a commit that may still be under way on a connection that broke: the server hears
     * of that later than this node, and what is read here must not change behind its back.
     */
    @Override
    String selectApplied() {
      return SELECT_APPLIED + " FOR UPDATE";
    }

    /** What each commit is in any case: a server may restart while the node lives on. */
    @Override
    String durableFromNow() {
      return "SET synchronous_commit = on";
    }

    @Override
    String durableAtCheckpoints() {
      return durableFromNow();
    }

    @Override
    SearchWords searchWords() {
      return new VectorWords();
    }
  };

  /**
   * @throws SQLException if it is another kind of database
   */
  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product) {
      case "SQLite" -> SQLITE;
      case "PostgreSQL" -> POSTGRES;
      default -> throw new SQLException("the chat can't be kept in " + product);
    };
  }

  private static final String SELECT_APPLIED = "SELECT log_index, term FROM chat_applied";

  /** Begins a transaction that will write. */
  abstract String begin();

  /** Asks how far the log has been applied: the first thing to read on a new connection. */
  abstract String selectApplied();

  /** From now on a commit of this connection is on disk when it returns. */
  abstract String durableFromNow();

  /** Takes that back, where what is lost can be applied again. */
  abstract String durableAtCheckpoints();

  abstract SearchWords searchWords();
}
