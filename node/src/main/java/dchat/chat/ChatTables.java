package dchat.chat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The writer's side of the chat tables: one connection, kept open with its statements prepared, as
 * this is the path of every message. Nothing is stored between {@link #begin} and {@link #commit}.
 *
 * <p>Rows that most commands add are collected and inserted together, before anything is read that
 * could be among them.
 */
final class ChatTables implements AutoCloseable {

  /** What was collected holds the id of a command that was accepted before. */
  static final class RepeatedException extends SQLException {
    private static final long serialVersionUID = 1L;

    RepeatedException() {
      super("an id was accepted before");
    }
  }

  private final Connection connection;
  private final Dialect dialect;
  private final PreparedStatement begin;
  private final PreparedStatement commit;
  private final PreparedStatement insertAccepted;
  private final PreparedStatement selectAccepted;
  private final PreparedStatement insertEvent;
  private final PreparedStatement insertRoom;
  private final PreparedStatement deleteRoom;
  private final PreparedStatement updateRoomTime;
  private final PreparedStatement updateApplied;
  private boolean repetitionsExpected;
  private boolean inTransaction;

  private ChatTables(Connection connection) throws SQLException {
    this.connection = connection;
    dialect = Dialect.of(connection);
    begin = connection.prepareStatement(dialect.begin());
    commit = connection.prepareStatement("COMMIT");
    insertAccepted =
        connection.prepareStatement(
            "INSERT INTO chat_accepted (id, log_index, digest) VALUES (?, ?, ?)"
                + " ON CONFLICT (id) DO NOTHING");
    selectAccepted =
        connection.prepareStatement("SELECT log_index, digest FROM chat_accepted WHERE id = ?");
    insertEvent =
        connection.prepareStatement(
            "INSERT INTO chat_event (log_index, type, id, author, room, text, at, account)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insertRoom =
        connection.prepareStatement(
            "INSERT INTO chat_room (name, created_index, created_at) VALUES (?, ?, ?)");
    deleteRoom = connection.prepareStatement("DELETE FROM chat_room WHERE name = ?");
    updateRoomTime =
        connection.prepareStatement("UPDATE chat_room SET created_at = ? WHERE name = ?");
    updateApplied =
        connection.prepareStatement(
            "UPDATE chat_applied SET log_index = ?, term = ?, applied_at = ?");
  }

  static ChatTables open(DataSource dataSource) throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      return new ChatTables(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The stored state's view. To be called between transactions. */
  ChatView loadView() throws SQLException {
    Map<String, Room> rooms = new HashMap<>();
    try (var statement = connection.createStatement();
        ResultSet applied = statement.executeQuery(dialect.selectApplied())) {
      if (!applied.next()) {
        throw new SQLException("chat_applied is empty: not a chat database, or a damaged one");
      }
      long index = applied.getLong(1);
      long term = applied.getLong(2);
      try (ResultSet row =
          statement.executeQuery("SELECT name, created_index, created_at, topic FROM chat_room")) {
        while (row.next()) {
          rooms.put(
              row.getString(1),
              new Room(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)));
        }
      }
      return new ChatView(index, term, Map.copyOf(rooms));
    }
  }

  /** What is remembered of an accepted command. */
  record AcceptedCommand(long index, byte[] digest) {}

  /**
   * Remembers a command as accepted.
   *
   * @return false, without an effect, if its id is remembered already; where no repetition is
   *     expected, {@link RepeatedException} says so later
   */
  boolean remember(String id, long index, byte[] digest) throws SQLException {
    insertAccepted.setString(1, id);
    insertAccepted.setLong(2, index);
    insertAccepted.setBytes(3, digest);
    if (repetitionsExpected) {
      return insertAccepted.executeUpdate() == 1;
    }
    insertAccepted.addBatch();
    return true;
  }

  /** Inserts what was collected, before it is read, changed or committed. */
  private void insertWaiting() throws SQLException {
    for (int inserted : insertAccepted.executeBatch()) {
      if (inserted != 1) {
        throw new RepeatedException();
      }
    }
    insertEvent.executeBatch();
  }

  Optional<AcceptedCommand> findAccepted(String id) throws SQLException {
    insertWaiting();
    selectAccepted.setString(1, id);
    try (ResultSet row = selectAccepted.executeQuery()) {
      return row.next()
          ? Optional.of(new AcceptedCommand(row.getLong(1), row.getBytes(2)))
          : Optional.empty();
    }
  }

  void insert(ChatEvent event, Optional<Seat> seat) throws SQLException {
    insertEvent.setLong(1, event.index());
    insertEvent.setString(2, event.type().wireName());
    insertEvent.setString(3, event.id());
    insertEvent.setString(4, event.user());
    insertEvent.setString(5, event.room());
    insertEvent.setString(6, event.text().orElse(null));
    insertEvent.setLong(7, event.atMillis());
    if (seat.isPresent()) {
      insertEvent.setLong(8, seat.get().account());
    } else {
      insertEvent.setNull(8, Types.INTEGER);
    }
    insertEvent.addBatch();
  }

  void insert(Room room) throws SQLException {
    insertRoom.setString(1, room.name());
    insertRoom.setLong(2, room.createdIndex());
    insertRoom.setLong(3, room.createdAtMillis());
    insertRoom.executeUpdate();
  }

  void deleteRoom(String name) throws SQLException {
    deleteRoom.setString(1, name);
    deleteRoom.executeUpdate();
  }

  void setRoomTime(Room room) throws SQLException {
    updateRoomTime.setLong(1, room.createdAtMillis());
    updateRoomTime.setString(2, room.name());
    updateRoomTime.executeUpdate();
  }

  void setApplied(long index, long term, long atMillis) throws SQLException {
    updateApplied.setLong(1, index);
    updateApplied.setLong(2, term);
    updateApplied.setLong(3, atMillis);
    updateApplied.executeUpdate();
  }

  /** For what concerns accounts. */
  PeopleTables people() {
    return new PeopleTables(connection);
  }

  /** For what is said between two, or changed about what was said. */
  ConversationTables conversations() {
    return new ConversationTables(connection);
  }

  /** For receiving and installing snapshots, between transactions. */
  SnapshotTables snapshots() {
    return new SnapshotTables(connection, dialect);
  }

  /**
   * Begins a transaction that takes the write lock at once. By statements prepared once, and not by
   * the driver's auto-commit: it prepares each of them anew, and its commit begins the next
   * transaction, so that each would cost two.
   */
  void begin() throws SQLException {
    begin.execute();
    inTransaction = true;
    repetitionsExpected = false;
  }

  void commit() throws SQLException {
    insertWaiting();
    commit.execute();
    inTransaction = false;
  }

  /** Undoes all of the transaction, and begins one in which repetitions are expected. */
  void beginForRepetitions() throws SQLException {
    insertEvent.clearBatch();
    rollback();
    begin();
    repetitionsExpected = true;
  }

  private void rollback() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    }
    inTransaction = false;
  }

  /** Gives up what isn't committed. Usable for nothing after; never throws. */
  @Override
  public void close() {
    // Closing alone would leave it to the driver, or a pool, what becomes of an open transaction.
    try (connection) {
      if (inTransaction) {
        rollback();
      }
    } catch (SQLException e) {
      // The connection is gone, and with it what wasn't committed.
    }
  }
}
