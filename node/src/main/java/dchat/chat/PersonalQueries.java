package dchat.chat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What one person may read and has read, each answer of one moment. All methods block on the disk
 * and may be called from any thread.
 */
public final class PersonalQueries {
  /** Unread messages are counted up to here; whoever has more doesn't count them. */
  public static final int MAX_UNREAD = 1000;

  private static final String DM_COLUMNS =
      "log_index, type, id, sender, recipient, text, at,"
          + " (SELECT name FROM chat_account WHERE chat_account.id = sender),"
          + " (SELECT name FROM chat_account WHERE chat_account.id = recipient)";

  /** What is unread of a room since it was made, and since its reader was registered. */
  private static final String UNREAD_IN_ROOM =
      "(SELECT count(*) FROM (SELECT 1 FROM chat_event"
          + " WHERE room = r.name AND type = 'chat' AND text IS NOT NULL"
          // One bound, for an index is entered at one.
          + " AND log_index > (SELECT max(bound) FROM (SELECT r.created_index AS bound"
          + " UNION ALL SELECT :me UNION ALL SELECT marker FROM chat_read_marker"
          + " WHERE account = :me AND conversation = 'room ' || r.name) AS bounds)"
          + " AND account IS DISTINCT FROM :me LIMIT :most) AS unread)";

  private final Reading reading;

  public PersonalQueries(ChatQueries queries) {
    reading = queries.reading();
  }

  /** A room and how much in it is unread, {@link #MAX_UNREAD} at most. */
  public record RoomUnread(Room room, int unread) {}

  /**
   * A conversation with one other.
   *
   * @param partner the other one's account
   * @param gone whether that account was deleted
   * @param lastIndex log index of the last thing that happened in it
   */
  public record DirectUnread(long partner, String name, boolean gone, long lastIndex, int unread) {}

  /** Everything that somebody may read, and how much of it is unread. */
  public record Unread(long cursor, List<RoomUnread> rooms, List<DirectUnread> directs) {}

  public Unread unread(long account) {
    return reading.inTransaction(handle -> unread(handle, account));
  }

  /** The public snapshot and one's own unread counts, of the same moment. */
  public record Arrival(ChatQueries.Snapshot snapshot, Unread unread) {}

  public Arrival arrival(
      ChatQueries queries, long account, int maxLines, int maxPerRoom, int maxScanned) {
    return reading.inTransaction(
        handle ->
            new Arrival(
                queries.snapshot(handle, maxLines, maxPerRoom, maxScanned),
                unread(handle, account)));
  }

  private static Unread unread(Handle handle, long account) {
    List<RoomUnread> rooms =
        handle
            .createQuery(
                "SELECT name, created_index, created_at, topic, "
                    + UNREAD_IN_ROOM
                    + " FROM chat_room r ORDER BY created_index")
            .bind("me", account)
            .bind("most", MAX_UNREAD)
            .map(
                (row, context) ->
                    new RoomUnread(
                        new Room(
                            row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)),
                        row.getInt(5)))
            .list();
    return new Unread(ChatQueries.appliedIndex(handle), rooms, directs(handle, account));
  }

  private static List<DirectUnread> directs(Handle handle, long account) {
    return handle
        .createQuery(
            "WITH pair(partner, low, high, last_index) AS ("
                + " SELECT high, low, high, last_index FROM chat_dm_pair WHERE low = :me"
                + " UNION ALL SELECT low, low, high, last_index FROM chat_dm_pair"
                + " WHERE high = :me AND low <> :me)"
                + " SELECT partner, a.name, a.deleted_at IS NOT NULL, last_index,"
                + " (SELECT count(*) FROM (SELECT 1 FROM chat_dm d WHERE d.low = pair.low"
                + " AND d.high = pair.high AND d.type = 'dm' AND d.sender <> :me"
                + " AND d.log_index > coalesce((SELECT marker FROM chat_read_marker"
                + " WHERE account = :me AND conversation = 'dm ' || partner), 0)"
                + " LIMIT :most) AS unread)"
                + " FROM pair JOIN chat_account a ON a.id = partner"
                + " ORDER BY last_index DESC")
        .bind("me", account)
        .bind("most", MAX_UNREAD)
        .map(
            (row, context) ->
                new DirectUnread(
                    row.getLong(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getLong(4),
                    row.getInt(5)))
        .list();
  }

  /** Which part of a conversation: next to an index, in one direction, so many at most. */
  public record PageRequest(long index, Direction direction, int limit) {
    /** Whether the newest before the index are wanted, or the oldest after it. */
    public enum Direction {
      BEFORE,
      AFTER
    }

    private String condition() {
      return switch (direction) {
        case BEFORE -> " AND log_index < :index ORDER BY log_index DESC LIMIT :max";
        case AFTER -> " AND log_index > :index ORDER BY log_index LIMIT :max";
      };
    }

    private <T> Page<T> page(List<T> found) {
      List<T> messages = new ArrayList<>(found.subList(0, Math.min(limit, found.size())));
      if (direction == Direction.BEFORE) {
        Collections.reverse(messages);
      }
      return new Page<>(List.copyOf(messages), found.size() > limit);
    }
  }

  /**
   * A part of a conversation.
   *
   * @param messages newest last
   * @param more whether there is more in the direction that was asked for
   */
  public record Page<T>(List<T> messages, boolean more) {}

  /**
   * What was said in a room since it was made; a deleted line has no text.
   *
   * @return empty if there is no such room
   */
  public Optional<Page<ChatEvent>> room(String room, PageRequest request) {
    return reading.inTransaction(
        handle ->
            handle
                .createQuery("SELECT created_index FROM chat_room WHERE name = :room")
                .bind("room", room)
                .mapTo(Long.class)
                .findOne()
                .map(
                    created ->
                        request.page(
                            ChatQueries.readEvents(
                                handle
                                    .createQuery(
                                        "SELECT "
                                            + ChatQueries.EVENT_COLUMNS
                                            + " FROM chat_event WHERE room = :room"
                                            + " AND type = 'chat' AND log_index > :created"
                                            + request.condition())
                                    .bind("room", room)
                                    .bind("created", created)
                                    .bind("index", request.index())
                                    .bind("max", request.limit() + 1)))));
  }

  /** What two people said to each other. */
  public Page<PersonalEvent.Direct> direct(long me, long partner, PageRequest request) {
    return reading.inTransaction(
        handle ->
            request.page(
                handle
                    .createQuery(
                        "SELECT "
                            + DM_COLUMNS
                            + " FROM chat_dm WHERE low = :low AND high = :high AND type = 'dm'"
                            + request.condition())
                    .bind("low", Math.min(me, partner))
                    .bind("high", Math.max(me, partner))
                    .bind("index", request.index())
                    .bind("max", request.limit() + 1)
                    .map((row, context) -> direct(row))
                    .list()));
  }

  /**
   * Whom somebody means by a name: the account of that name, or else the last deleted one of that
   * name they have talked with.
   */
  public Optional<Long> partner(long me, String name) {
    return reading.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT id FROM chat_account a WHERE lower(name) = lower(:name)"
                        + " AND (deleted_at IS NULL OR EXISTS (SELECT 1 FROM chat_dm_pair"
                        + " WHERE low = CASE WHEN a.id < :me THEN a.id ELSE :me END"
                        + " AND high = CASE WHEN a.id < :me THEN :me ELSE a.id END))"
                        + " ORDER BY deleted_at IS NOT NULL, id DESC LIMIT 1")
                .bind("name", name)
                .bind("me", me)
                .mapTo(Long.class)
                .findOne());
  }

  /** Those of these direct messages that are somebody's. */
  static List<PersonalEvent.Direct> directs(Handle handle, List<Long> indexes, long account) {
    return handle
        .createQuery(
            "SELECT "
                + DM_COLUMNS
                + " FROM chat_dm WHERE log_index IN (<indexes>) AND type = 'dm'"
                + " AND (low = :me OR high = :me)")
        .bindList("indexes", indexes)
        .bind("me", account)
        .map((row, context) -> direct(row))
        .list();
  }

  /** What concerned somebody alone after an index, in order, {@code max} at most. */
  static List<Happening> after(Handle handle, long account, long after, int max) {
    List<Happening> own = new ArrayList<>(directsAfter(handle, account, after, max));
    own.addAll(markersAfter(handle, account, after, max));
    own.sort(Comparator.comparingLong(Happening::index));
    return own.subList(0, Math.min(max, own.size()));
  }

  private static List<Happening> directsAfter(Handle handle, long account, long after, int max) {
    return handle
        .createQuery(
            "WITH pair(low, high) AS ("
                + " SELECT low, high FROM chat_dm_pair WHERE low = :me AND last_index > :after"
                + " UNION SELECT low, high FROM chat_dm_pair"
                + " WHERE high = :me AND last_index > :after)"
                + " SELECT "
                + DM_COLUMNS
                // SQLite takes the tables of a CROSS JOIN in this order.
                + " FROM pair CROSS JOIN chat_dm"
                + " WHERE chat_dm.low = pair.low AND chat_dm.high = pair.high"
                + " AND log_index > :after ORDER BY log_index LIMIT :max")
        .bind("me", account)
        .bind("after", after)
        .bind("max", max)
        .<Happening>map(
            (row, context) -> row.getString(2).equals("dm") ? direct(row) : deleted(row))
        .list();
  }

  private static List<Happening> markersAfter(Handle handle, long account, long after, int max) {
    return handle
        .createQuery(
            "SELECT changed_index, conversation, marker, (SELECT name FROM chat_account"
                + " WHERE chat_account.id = CASE WHEN conversation LIKE 'dm %'"
                + " THEN CAST(substr(conversation, 4) AS BIGINT) END)"
                + " FROM chat_read_marker WHERE account = :me AND changed_index > :after"
                + " ORDER BY changed_index LIMIT :max")
        .bind("me", account)
        .bind("after", after)
        .bind("max", max)
        .<Happening>map(
            (row, context) ->
                new PersonalEvent.MarkerMoved(
                    row.getLong(1), account, conversation(row), row.getLong(3)))
        .list();
  }

  private static Conversation conversation(ResultSet row) throws SQLException {
    String key = row.getString(2);
    Optional<String> room = Conversation.roomOf(key);
    return room.isPresent()
        ? new Conversation.InRoom(room.get())
        : new Conversation.With(Conversation.partnerOf(key), row.getString(4));
  }

  private static PersonalEvent.Direct direct(ResultSet row) throws SQLException {
    return new PersonalEvent.Direct(
        row.getLong(1),
        row.getString(3),
        row.getLong(4),
        row.getString(8),
        row.getLong(5),
        row.getString(9),
        row.getString(6),
        row.getLong(7));
  }

  private static PersonalEvent.DirectDeleted deleted(ResultSet row) throws SQLException {
    return new PersonalEvent.DirectDeleted(
        row.getLong(1),
        row.getString(3),
        row.getLong(4),
        row.getString(8),
        row.getLong(5),
        row.getString(9),
        row.getLong(7));
  }
}
