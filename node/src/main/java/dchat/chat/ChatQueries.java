package dchat.chat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads of the chat tables, each consistent in itself, on connections of their own: they neither
 * wait for the writer nor hold it up. All methods block on the disk and may be called from any
 * thread; a database that is away is a {@link ChatStorageException}.
 */
public final class ChatQueries {
  static final String EVENT_COLUMNS =
      "log_index, type, id, author, room, text, at,"
          + " (SELECT deleted_at IS NULL FROM chat_account WHERE chat_account.id = account)";

  /** A page ends when it has this many characters, however few events that are. */
  private static final int MAX_PAGE_WEIGHT = 256 * 1024;

  private final Reading reading;

  /**
   * @param dataSource of connections that see committed data only and begin their transactions
   *     deferred, so that reading takes no write lock
   */
  public ChatQueries(DataSource dataSource) {
    reading = new Reading(dataSource);
  }

  /** Index of the last entry whose effect is stored. */
  public long appliedIndex() {
    return reading.withHandle(ChatQueries::appliedIndex);
  }

  /** Index at which the command with this id was accepted, if one was. */
  public OptionalLong findAccepted(String id) {
    return reading
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT log_index FROM chat_accepted WHERE id = :id")
                    .bind("id", id)
                    .mapTo(Long.class)
                    .findOne())
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** The stored hash of an account's password, in PHC format. */
  public Optional<String> password(long account) {
    return reading.withHandle(
        handle ->
            handle
                .createQuery("SELECT phc FROM chat_password WHERE account = :account")
                .bind("account", account)
                .mapTo(String.class)
                .findOne());
  }

  /**
   * A stretch of the history that doesn't change any more, to be read in pages.
   *
   * @param after exclusive lower bound
   * @param upTo inclusive upper bound: what was applied when the stretch was asked for
   * @param room the only room it is about, if any
   */
  public record Stretch(long after, long upTo, Optional<String> room) {

    /** Everything public after {@code after}, in log order, that is applied by {@code now}. */
    public static Stretch of(ChatView now, long after) {
      return new Stretch(after, now.appliedIndex(), Optional.empty());
    }

    /**
     * What happened by {@code now} in a room since it was made, after {@code after}.
     *
     * @return empty if there is no such room
     */
    public static Optional<Stretch> ofRoom(ChatView now, String room, long after) {
      return Optional.ofNullable(now.rooms().get(room))
          .map(
              found ->
                  new Stretch(
                      Math.max(after, found.createdIndex()),
                      now.appliedIndex(),
                      Optional.of(room)));
    }
  }

  /** Everything public after {@code after} that is stored, in log order. */
  public Stretch history(long after) {
    return new Stretch(after, appliedIndex(), Optional.empty());
  }

  /**
   * The first events of a stretch; go on after the last one's index. Bounded in size as well as in
   * number.
   *
   * @return at most {@code maxEvents} events, none only if the stretch has none
   */
  public List<ChatEvent> page(Stretch stretch, int maxEvents) {
    return reading.withHandle(
        handle ->
            readEvents(
                handle
                    .createQuery(
                        "SELECT "
                            + EVENT_COLUMNS
                            + " FROM chat_event WHERE log_index > :after AND log_index <= :upTo"
                            + (stretch.room().isPresent() ? " AND room = :room" : "")
                            + " ORDER BY log_index LIMIT :max")
                    .bind("after", stretch.after())
                    .bind("upTo", stretch.upTo())
                    .bind("max", maxEvents)
                    .bindMap(stretch.room().map(r -> Map.of("room", r)).orElse(Map.of()))));
  }

  /**
   * What a reader who has everything up to some index gets next.
   *
   * @param keptAfter events up to this index aren't kept any more
   * @param events what comes next, in order
   */
  public record Continuation(long keptAfter, List<Happening> events) {}

  /**
   * The events after {@code after} that are stored by now, {@code maxEvents} at most.
   *
   * @param account whose own ones belong to them
   */
  public Continuation continuation(long after, int maxEvents, OptionalLong account) {
    return reading.inTransaction(
        handle -> {
          long keptAfter =
              handle
                  .createQuery("SELECT events_kept_after FROM chat_applied")
                  .mapTo(Long.class)
                  .one();
          List<ChatEvent> everybodys =
              readEvents(
                  handle
                      .createQuery(
                          "SELECT "
                              + EVENT_COLUMNS
                              + " FROM chat_event WHERE log_index > :after"
                              + " ORDER BY log_index LIMIT :max")
                      .bind("after", after)
                      .bind("max", maxEvents));
          if (account.isEmpty()) {
            return new Continuation(keptAfter, List.copyOf(everybodys));
          }
          List<Happening> own =
              PersonalQueries.after(handle, account.getAsLong(), after, maxEvents);
          return new Continuation(keptAfter, merged(everybodys, own, maxEvents));
        });
  }

  /** A part that was cut short says nothing about what comes after its end. */
  private static List<Happening> merged(
      List<ChatEvent> everybodys, List<Happening> own, int maxEvents) {
    long end =
        Math.min(
            everybodys.isEmpty() ? Long.MAX_VALUE : everybodys.getLast().index(),
            own.size() < maxEvents ? Long.MAX_VALUE : own.getLast().index());
    return Stream.concat(everybodys.stream(), own.stream())
        .filter(event -> event.index() <= end)
        .sorted(Comparator.comparingLong(Happening::index))
        .limit(maxEvents)
        .toList();
  }

  /**
   * What somebody needs who has just arrived, all of one moment.
   *
   * @param cursor last applied index: going on after it misses nothing and repeats nothing
   * @param rooms every room, in order of their making
   * @param lines the most recent lines, in log order
   */
  public record Snapshot(long cursor, List<Room> rooms, List<ChatEvent> lines) {}

  /**
   * Rooms and recent lines: of the newest {@code maxScanned} events the lines said in rooms that
   * still exist, {@code maxPerRoom} of each room and {@code maxLines} overall, and no more than
   * makes a page. Bounded by what is scanned, so that its cost doesn't depend on how people spread
   * over rooms.
   */
  public Snapshot snapshot(int maxLines, int maxPerRoom, int maxScanned) {
    return reading.inTransaction(handle -> snapshot(handle, maxLines, maxPerRoom, maxScanned));
  }

  Snapshot snapshot(Handle handle, int maxLines, int maxPerRoom, int maxScanned) {
    long cursor = appliedIndex(handle);
    List<Room> rooms = rooms(handle);
    List<ChatEvent> newestFirst =
        readEvents(
            handle
                .createQuery(
                    "SELECT "
                        + EVENT_COLUMNS
                        + " FROM chat_event ORDER BY log_index DESC LIMIT :max")
                .bind("max", maxScanned));
    return new Snapshot(cursor, rooms, recentLines(newestFirst, rooms, maxLines, maxPerRoom));
  }

  private static List<ChatEvent> recentLines(
      List<ChatEvent> newestFirst, List<Room> rooms, int maxLines, int maxPerRoom) {
    Map<String, Long> createdIndex = new HashMap<>();
    rooms.forEach(room -> createdIndex.put(room.name(), room.createdIndex()));
    Map<String, Integer> taken = new HashMap<>();
    List<ChatEvent> lines = new ArrayList<>();
    for (ChatEvent event : newestFirst) {
      boolean readable =
          event.type() == ChatEvent.Type.CHAT
              && event.index() > createdIndex.getOrDefault(event.room(), Long.MAX_VALUE);
      if (readable
          && lines.size() < maxLines
          && taken.merge(event.room(), 1, Integer::sum) <= maxPerRoom) {
        lines.add(event);
      }
    }
    Collections.reverse(lines);
    return List.copyOf(lines);
  }

  static List<Room> rooms(Handle handle) {
    return handle
        .createQuery("SELECT name, created_index, created_at, topic FROM chat_room")
        .map(
            (row, context) ->
                new Room(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)))
        .stream()
        .sorted(Comparator.comparingLong(Room::createdIndex))
        .toList();
  }

  /** For queries of other kinds on the same connections. */
  Reading reading() {
    return reading;
  }

  static long appliedIndex(Handle handle) {
    return handle.createQuery("SELECT log_index FROM chat_applied").mapTo(Long.class).one();
  }

  static List<ChatEvent> readEvents(Query query) {
    return query.scanResultSet(
        (rows, context) -> {
          try (ResultSet row = rows.get()) {
            List<ChatEvent> events = new ArrayList<>();
            int weight = 0;
            while (weight < MAX_PAGE_WEIGHT && row.next()) {
              ChatEvent event = event(row);
              events.add(event);
              weight += event.weight();
            }
            return List.copyOf(events);
          }
        });
  }

  private static ChatEvent event(ResultSet row) throws SQLException {
    return new ChatEvent(
        row.getLong(1),
        ChatEvent.Type.ofWireName(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        Optional.ofNullable(row.getString(6)),
        row.getLong(7),
        standing(row));
  }

  private static ChatEvent.Standing standing(ResultSet row) throws SQLException {
    boolean exists = row.getBoolean(8);
    if (row.wasNull()) {
      return ChatEvent.Standing.GUEST;
    }
    return exists ? ChatEvent.Standing.MEMBER : ChatEvent.Standing.GONE;
  }
}
