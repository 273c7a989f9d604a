package dchat.chat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** The writer's side of what signed-in people say and read: within its connection's transaction. */
final class ConversationTables {
  private final Connection connection;

  ConversationTables(Connection connection) {
    this.connection = connection;
  }

  void setTopic(Room room) throws SQLException {
    update("UPDATE chat_room SET topic = ? WHERE name = ?", room.topic(), room.name());
  }

  /**
   * A line as far as deleting it goes.
   *
   * @param account empty for a guest's
   */
  record Line(OptionalLong account, boolean deleted) {}

  Optional<Line> line(long index, String room) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT account, text FROM chat_event"
                + " WHERE log_index = ? AND room = ? AND type = 'chat'")) {
      select.setLong(1, index);
      select.setString(2, room);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        long account = row.getLong(1);
        OptionalLong author = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(account);
        return Optional.of(new Line(author, row.getString(2) == null));
      }
    }
  }

  void deleteText(long index) throws SQLException {
    update("UPDATE chat_event SET text = NULL WHERE log_index = ?", index);
  }

  void insert(PersonalEvent.Direct dm) throws SQLException {
    insert(dm.index(), "dm", dm.id(), dm.from(), dm.to(), dm.text(), dm.atMillis());
    update(
        "INSERT INTO chat_dm_pair (low, high, last_index) VALUES (?, ?, ?)"
            + " ON CONFLICT (low, high) DO UPDATE SET last_index = excluded.last_index",
        Math.min(dm.from(), dm.to()),
        Math.max(dm.from(), dm.to()),
        dm.index());
  }

  void insert(PersonalEvent.DirectDeleted deleted, long messageIndex) throws SQLException {
    update("DELETE FROM chat_dm WHERE log_index = ?", messageIndex);
    insert(
        deleted.index(),
        "dm_delete",
        deleted.messageId(),
        deleted.from(),
        deleted.to(),
        deleted.messageId(),
        deleted.atMillis());
    update(
        "UPDATE chat_dm_pair SET last_index = ? WHERE low = ? AND high = ?",
        deleted.index(),
        Math.min(deleted.from(), deleted.to()),
        Math.max(deleted.from(), deleted.to()));
  }

  private void insert(
      long index, String type, String id, long from, long to, String text, long atMillis)
      throws SQLException {
    update(
        "INSERT INTO chat_dm (log_index, type, id, sender, recipient, low, high, text, at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        index,
        type,
        id,
        from,
        to,
        Math.min(from, to),
        Math.max(from, to),
        text,
        atMillis);
  }

  /** Whether the direct message at this index is there, and went to {@code to}. */
  boolean isDirect(long index, long to) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM chat_dm WHERE log_index = ? AND recipient = ? AND type = 'dm'")) {
      select.setLong(1, index);
      select.setLong(2, to);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * @return false if the marker is that far already
   */
  boolean moveMarker(PersonalEvent.MarkerMoved moved) throws SQLException {
    return update(
            "INSERT INTO chat_read_marker (account, conversation, marker, changed_index)"
                + " VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (account, conversation) DO UPDATE"
                + " SET marker = excluded.marker, changed_index = excluded.changed_index"
                + " WHERE excluded.marker > chat_read_marker.marker",
            moved.account(),
            moved.conversation().key(),
            moved.marker(),
            moved.index())
        == 1;
  }

  void forgetMarkers(long account) throws SQLException {
    update("DELETE FROM chat_read_marker WHERE account = ?", account);
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
