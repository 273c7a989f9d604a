package dchat.chat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writer's side of the tables of accounts: within the transaction of its connection. */
final class PeopleTables {
  private final Connection connection;

  PeopleTables(Connection connection) {
    this.connection = connection;
  }

  /** Every account that exists. */
  List<Account> load() throws SQLException {
    List<Account> accounts = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id, name, created_at, password_index, failures, last_failure_at,"
                    + " session_token, session_index, session_request, session_made_at,"
                    + " session_used_at, session_idle_ms, session_total_ms,"
                    + " ended_token, ended_index, ended_how"
                    + " FROM chat_account WHERE deleted_at IS NULL")) {
      while (row.next()) {
        accounts.add(
            new Account(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getInt(5),
                row.getLong(6),
                session(row),
                ended(row)));
      }
    }
    return accounts;
  }

  private static Optional<Session> session(ResultSet row) throws SQLException {
    return row.getString(7) == null
        ? Optional.empty()
        : Optional.of(
            new Session(
                row.getString(7),
                row.getLong(8),
                row.getString(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13)));
  }

  private static Optional<Session.Ended> ended(ResultSet row) throws SQLException {
    return row.getString(14) == null
        ? Optional.empty()
        : Optional.of(
            new Session.Ended(
                row.getString(14), row.getLong(15), Session.End.ofCode(row.getString(16))));
  }

  void save(Account account) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO chat_account (id, name, created_at, password_index, failures,"
                + " last_failure_at, session_token, session_index, session_request,"
                + " session_made_at, session_used_at, session_idle_ms, session_total_ms,"
                + " ended_token, ended_index, ended_how)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                + " created_at = excluded.created_at, password_index = excluded.password_index,"
                + " failures = excluded.failures, last_failure_at = excluded.last_failure_at,"
                + " session_token = excluded.session_token, session_index = excluded.session_index,"
                + " session_request = excluded.session_request,"
                + " session_made_at = excluded.session_made_at,"
                + " session_used_at = excluded.session_used_at,"
                + " session_idle_ms = excluded.session_idle_ms,"
                + " session_total_ms = excluded.session_total_ms,"
                + " ended_token = excluded.ended_token, ended_index = excluded.ended_index,"
                + " ended_how = excluded.ended_how")) {
      upsert.setLong(1, account.id());
      upsert.setString(2, account.name());
      upsert.setLong(3, account.createdAtMillis());
      upsert.setLong(4, account.passwordIndex());
      upsert.setInt(5, account.failures());
      upsert.setLong(6, account.lastFailureAtMillis());
      for (int i = 7; i <= 16; i++) {
        upsert.setNull(i, Types.NULL);
      }
      if (account.session().isPresent()) {
        Session session = account.session().get();
        upsert.setString(7, session.tokenHash());
        upsert.setLong(8, session.index());
        upsert.setString(9, session.requestId());
        upsert.setLong(10, session.createdAtMillis());
        upsert.setLong(11, session.usedAtMillis());
        upsert.setLong(12, session.idleMillis());
        upsert.setLong(13, session.totalMillis());
      }
      if (account.ended().isPresent()) {
        Session.Ended ended = account.ended().get();
        upsert.setString(14, ended.tokenHash());
        upsert.setLong(15, ended.index());
        upsert.setString(16, ended.how().code());
      }
      upsert.executeUpdate();
    }
  }

  void setPassword(long account, String phc) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO chat_password (account, phc) VALUES (?, ?)"
                + " ON CONFLICT (account) DO UPDATE SET phc = excluded.phc")) {
      upsert.setLong(1, account);
      upsert.setString(2, phc);
      upsert.executeUpdate();
    }
  }

  /** Nothing stays of it but its name, for what it said. */
  void delete(Account account, long atMillis) throws SQLException {
    save(
        new Account(
            account.id(),
            account.name(),
            account.createdAtMillis(),
            0,
            0,
            0,
            Optional.empty(),
            Optional.empty()));
    try (PreparedStatement mark =
            connection.prepareStatement("UPDATE chat_account SET deleted_at = ? WHERE id = ?");
        PreparedStatement forget =
            connection.prepareStatement("DELETE FROM chat_password WHERE account = ?")) {
      mark.setLong(1, atMillis);
      mark.setLong(2, account.id());
      mark.executeUpdate();
      forget.setLong(1, account.id());
      forget.executeUpdate();
    }
  }
}
