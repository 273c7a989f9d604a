package dchat.chat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Full-text search in what was said. The words are indexed beside the chat, a moment after the fact
 * and in a database of their own, so that no message waits for it; under load it lags, and catches
 * up. What is found is read from the chat's tables, which decide who may see it.
 */
public final class SearchIndex implements ChatListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);
  private static final int PAGE = 1_000;

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** As many times what a page took it pauses after it: a long way behind, a fifth of a core. */
  private static final int PAUSES_PER_STEP = 4;

  /**
   * So that a busy node's cores are the chat's: many lines in one step cost less than one by one,
   * and what a page doesn't hold is made up for later.
   */
  private static final Duration PAUSE_WHEN_BUSY = Duration.ofSeconds(2);

  private static final long BUSY_ENTRIES_PER_SECOND = 100;

  private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofSeconds(5);
  private static final int MAX_WORDS = 16;

  private final Jdbi index;
  private final Reading readable;
  private final Reading chat;
  private final SearchWords words;
  private final Executor blocking;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile long wanted;
  private volatile long indexed;
  private volatile boolean closed;

  // Only touched by the step that runs.
  private long wantedBefore;
  private long steppedAtNanos = System.nanoTime();

  /**
   * @param writer of the migrated search database; used by one thread at a time
   * @param reader connections to the same database for searching
   * @param blocking runs the indexing
   */
  public SearchIndex(DataSource writer, DataSource reader, ChatQueries queries, Executor blocking) {
    index = Jdbi.create(writer);
    readable = new Reading(reader);
    chat = queries.reading();
    this.blocking = blocking;
    words = index.withHandle(SearchIndex::wordsIn);
    indexed = index.withHandle(SearchIndex::progress);
    want(queries.appliedIndex());
  }

  /** Log index up to which everything can be found. */
  public long indexedIndex() {
    return indexed;
  }

  @Override
  public void onApplied(long appliedIndex, List<Happening> events) {
    want(appliedIndex);
  }

  @Override
  public void onReset(long appliedIndex) {
    want(appliedIndex);
  }

  private void want(long appliedIndex) {
    wanted = appliedIndex;
    if (!running.getAndSet(true)) {
      later(this::step, PAUSE);
    }
  }

  private boolean isBusy() {
    long now = System.nanoTime();
    long entries = wanted - wantedBefore;
    long millis = Math.max(1, (now - steppedAtNanos) / 1_000_000);
    wantedBefore = wanted;
    steppedAtNanos = now;
    return entries * 1_000 / millis > BUSY_ENTRIES_PER_SECOND;
  }

  private void later(Runnable task, Duration pause) {
    try {
      CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, blocking)
          .execute(task);
    } catch (RejectedExecutionException e) {
      // The node is stopping.
    }
  }

  private void step() {
    if (closed) {
      return;
    }
    Duration pause = isBusy() ? PAUSE_WHEN_BUSY : PAUSE;
    try {
      long began = System.nanoTime();
      indexNextPage();
      Duration proportional =
          Duration.ofNanos(System.nanoTime() - began).multipliedBy(PAUSES_PER_STEP);
      pause = proportional.compareTo(pause) > 0 ? proportional : pause;
    } catch (RuntimeException e) {
      if (closed) {
        return;
      }
      LOG.warn("search lags behind: {}", Reading.reason(e));
      pause = PAUSE_AFTER_TROUBLE;
    }
    if (indexed < wanted) {
      later(this::step, pause);
      return;
    }
    running.set(false);
    if (indexed < wanted) {
      want(wanted);
    }
  }

  /** Nothing more is indexed; the next start goes on from where this ended. */
  @Override
  public void close() {
    closed = true;
  }

  // --- indexing

  /** A line, of a room or between two people; one without a text takes back that of {@code id}. */
  record Row(
      long index, Optional<String> room, long low, long high, Optional<String> text, String id) {

    Long lowOrNull() {
      return room.isPresent() ? null : low;
    }

    Long highOrNull() {
      return room.isPresent() ? null : high;
    }
  }

  private void indexNextPage() {
    List<Row> page = new ArrayList<>();
    long upTo = chat.inTransaction(handle -> readPage(handle, page));
    List<Long> deleted =
        chat.withHandle(
            handle -> page.stream().flatMap(row -> target(handle, row).stream()).toList());
    index.useTransaction(
        handle -> {
          words.put(handle, page.stream().filter(row -> row.text().isPresent()).toList());
          for (long gone : deleted) {
            words.remove(handle, gone);
          }
          handle.execute("UPDATE search_progress SET log_index = ?", upTo);
        });
    indexed = upTo;
  }

  /** What to index next, in order; a deletion is a row without text. */
  private long readPage(Handle handle, List<Row> page) {
    long applied = ChatQueries.appliedIndex(handle);
    handle
        .createQuery(
            "SELECT * FROM (SELECT log_index, room, 0 AS low, 0 AS high,"
                + " CASE type WHEN 'chat' THEN text END AS text, text AS id"
                + " FROM chat_event WHERE log_index > :after AND type IN ('chat', 'message_delete')"
                + " ORDER BY log_index LIMIT :max) AS said"
                + " UNION ALL SELECT * FROM (SELECT log_index, NULL, low, high,"
                + " CASE type WHEN 'dm' THEN text END, 'dm ' || sender || ' ' || text"
                + " FROM chat_dm WHERE log_index > :after ORDER BY log_index LIMIT :max) AS sent"
                + " ORDER BY log_index LIMIT :max")
        .bind("after", indexed)
        .bind("max", PAGE)
        .map(
            (row, context) ->
                new Row(
                    row.getLong(1),
                    Optional.ofNullable(row.getString(2)),
                    row.getLong(3),
                    row.getLong(4),
                    Optional.ofNullable(row.getString(5)),
                    String.valueOf(row.getString(6))))
        .forEach(page::add);
    return page.size() < PAGE ? applied : page.getLast().index();
  }

  /** Where the message stood that was deleted. */
  private static Optional<Long> target(Handle handle, Row row) {
    return row.text().isPresent()
        ? Optional.empty()
        : handle
            .createQuery("SELECT log_index FROM chat_accepted WHERE id = :id")
            .bind("id", row.id())
            .mapTo(Long.class)
            .findOne();
  }

  private static SearchWords wordsIn(Handle handle) {
    try {
      return Dialect.of(handle.getConnection()).searchWords();
    } catch (SQLException e) {
      throw new ChatStorageException("search can't be opened: " + e.getMessage(), e);
    }
  }

  private static long progress(Handle handle) {
    return handle.createQuery("SELECT log_index FROM search_progress").mapTo(Long.class).one();
  }

  // --- searching

  /**
   * Whether there is anything to search for in what somebody typed.
   *
   * @param text words in any form; never taken for a query language
   */
  public static boolean hasWords(String text) {
    return words(text).length > 0;
  }

  /**
   * What was found, newest first: in rooms that exist, and, for {@code account}, in its own direct
   * messages. All words have to be in a message; the last one may be the beginning of one.
   *
   * @param account who searches, empty for a guest
   * @param room the only room to search in
   */
  public List<Happening> search(
      String text, OptionalLong account, Optional<String> room, int limit) {
    List<Long> found =
        readable.withHandle(
            handle ->
                handle
                    .createQuery(
                        words.selectMatching()
                            + (room.isPresent()
                                ? " AND room = :room"
                                : " AND (low IS NULL OR low = :me OR high = :me)")
                            + words.newestFirst()
                            + " LIMIT :max")
                    .bind("query", query(text))
                    .bind("max", limit)
                    .bind("me", account.orElse(-1))
                    .bindMap(room.map(r -> Map.of("room", r)).orElse(Map.of()))
                    .mapTo(Long.class)
                    .list());
    return found.isEmpty() ? List.of() : chat.inTransaction(h -> readable(h, found, account));
  }

  private static List<Happening> readable(Handle handle, List<Long> found, OptionalLong account) {
    Map<Long, Happening> readable = new HashMap<>();
    ChatQueries.readEvents(
            handle
                .createQuery(
                    "SELECT "
                        + ChatQueries.EVENT_COLUMNS
                        + " FROM chat_event WHERE log_index IN (<found>) AND text IS NOT NULL"
                        + " AND log_index > (SELECT created_index FROM chat_room"
                        + " WHERE name = room)")
                .bindList("found", found))
        .forEach(event -> readable.put(event.index(), event));
    if (account.isPresent()) {
      PersonalQueries.directs(handle, found, account.getAsLong())
          .forEach(dm -> readable.put(dm.index(), dm));
    }
    return readable.values().stream()
        .sorted(Comparator.comparingLong(Happening::index).reversed())
        .toList();
  }

  private String query(String text) {
    List<String> wanted = Arrays.stream(words(text)).limit(MAX_WORDS).toList();
    // Very many words begin with any one letter.
    return words.query(wanted, wanted.getLast().length() > 1);
  }

  static String[] words(String text) {
    return Arrays.stream(text.split("[^\\p{L}\\p{M}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .toArray(String[]::new);
  }
}
