package dchat.chat;

import static dchat.chat.ChatFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.EventFeed.Batch;
import dchat.chat.EventFeed.Limits;
import dchat.raft.LogEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventFeedTest {
  private static final Limits SMALL = new Limits(4, 1_000_000, 1_000_000);

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private ChatFixture node;

  @BeforeEach
  void open() {
    node = new ChatFixture(folder);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    node.close();
  }

  @Test
  void a_reader_that_has_everything_is_answered_by_the_next_event() {
    EventFeed<Long> feed = feed(SMALL);
    CompletableFuture<Batch<Long>> answer = feed.after(0, 10);
    node.chat.apply(List.of(ChatFixture.noOp(1)));
    assertThat(answer).isNotDone();
    node.commit(say("a", "general", "hello"));
    assertThat(answer).isCompletedWithValue(new Batch.Events<>(List.of(2L), 2));
    assertThat(feed.waiting()).isZero();
  }

  @Test
  void a_reader_ahead_of_this_node_waits_until_it_has_caught_up() {
    EventFeed<Long> feed = feed(SMALL);
    CompletableFuture<Batch<Long>> answer = feed.after(2, 10);
    node.commit(say("a", "general", "one"));
    node.commit(say("b", "general", "two"));
    assertThat(answer).isNotDone();
    node.commit(say("c", "general", "three"));
    assertThat(answer).isCompletedWithValue(new Batch.Events<>(List.of(3L), 3));
  }

  @Test
  void events_older_than_the_ring_come_from_the_tables_in_the_same_order() throws Exception {
    EventFeed<Long> feed = feed(SMALL);
    for (int i = 1; i <= 20; i++) {
      node.commit(say("id" + i, "general", "line"));
    }
    for (int max : List.of(1, 3, 7, 100)) {
      assertThat(readTo(feed, 0, 20, max))
          .isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
    }
  }

  @Test
  void a_feed_opened_on_old_data_serves_it_and_goes_on() throws Exception {
    node.commit(say("a", "general", "one"), say("b", "general", "two"));
    node.chat.apply(List.of(ChatFixture.noOp(3)));
    EventFeed<Long> feed = feed(SMALL);
    assertThat(readTo(feed, 0, 2, 10)).containsExactly(1L, 2L);
    CompletableFuture<Batch<Long>> next = feed.after(2, 10);
    assertThat(next).isNotDone();
    node.commit(say("c", "general", "three"));
    assertThat(next).isCompletedWithValue(new Batch.Events<>(List.of(4L), 4));
  }

  @Test
  void a_cancelled_question_leaves_nothing_behind() {
    EventFeed<Long> feed = feed(SMALL);
    List<CompletableFuture<Batch<Long>>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(feed.after(0, 10));
    }
    assertThat(feed.waiting()).isEqualTo(100);
    asked.forEach(question -> question.cancel(false));
    assertThat(feed.waiting()).isZero();
  }

  @Test
  void an_answer_is_bounded_in_size_as_well_as_in_number() {
    EventFeed<Long> feed = feed(new Limits(100, 1_000_000, 25_000));
    for (int i = 0; i < 10; i++) {
      node.commit(say("id" + i, "general", "x".repeat(10_000)));
    }
    assertThat(feed.after(0, 100).join()).isEqualTo(new Batch.Events<>(List.of(1L, 2L, 3L), 3));
  }

  @Test
  void the_ring_is_bounded_in_size_and_readers_do_not_notice() throws Exception {
    EventFeed<Long> feed = feed(new Limits(100, 25_000, 1_000_000));
    for (int i = 0; i < 10; i++) {
      node.commit(say("id" + i, "general", "x".repeat(10_000)));
    }
    assertThat(readTo(feed, 0, 10, 100)).isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
  }

  @Test
  void an_event_is_rendered_once_for_all_readers() {
    var rendered = new AtomicInteger();
    var feed =
        new EventFeed<Long>(
            node.queries,
            Runnable::run,
            SMALL,
            event -> {
              rendered.incrementAndGet();
              return event.index();
            });
    node.open(feed);
    List<CompletableFuture<Batch<Long>>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add(feed.after(0, 10));
    }
    node.commit(say("a", "general", "hello"));
    assertThat(asked).allMatch(CompletableFuture::isDone);
    assertThat(rendered).hasValue(1);
  }

  @Test
  void a_position_that_is_not_kept_any_more_is_too_old() throws Exception {
    for (int i = 1; i <= 10; i++) {
      node.commit(say("id" + i, "general", "line"));
    }
    node.sql("DELETE FROM chat_event WHERE log_index <= 5");
    node.sql("UPDATE chat_applied SET events_kept_after = 5");
    EventFeed<Long> feed = feed(SMALL);
    assertThat(feed.after(4, 10).join()).isEqualTo(new Batch.TooOld<>(5));
    assertThat(readTo(feed, 5, 10, 10)).containsExactly(6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void after_a_reset_waiting_readers_get_from_the_tables_what_was_not_announced() {
    EventFeed<Long> feed = feed(SMALL);
    CompletableFuture<Batch<Long>> waiting = feed.after(0, 10);
    node.reopen();
    node.commit(say("a", "general", "one"), say("b", "general", "two"));
    feed.onReset(2);
    assertThat(waiting).isCompletedWithValue(new Batch.Events<>(List.of(1L, 2L), 2));
  }

  /** Ring evictions, table reads and wake-ups race here; the readers must not see it. */
  @Test
  void readers_of_every_speed_see_each_event_once_and_in_order_while_batches_are_applied()
      throws Exception {
    var feed = new EventFeed<Long>(node.queries, threads, SMALL, Happening::index);
    node.open(feed);
    int last = 600;
    var results = new ConcurrentHashMap<Integer, List<Long>>();
    List<Thread> readers = new ArrayList<>();
    for (int r = 0; r < 8; r++) {
      int reader = r;
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    var random = new Random(reader);
                    results.put(reader, readTo(feed, 0, last, 1 + random.nextInt(9)));
                  }));
    }
    var random = new Random(1);
    List<Long> expected = new ArrayList<>();
    for (long index = 1; index <= last; ) {
      List<LogEntry> batch = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0 && index <= last; i--, index++) {
        boolean line = index == last || random.nextInt(4) > 0;
        batch.add(
            line
                ? ChatFixture.entry(index, ChatCodec.encode(say("id" + index, "general", "line")))
                : ChatFixture.noOp(index));
        if (line) {
          expected.add(index);
        }
      }
      node.chat.apply(batch);
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(results).hasSize(8);
    results.values().forEach(seen -> assertThat(seen).isEqualTo(expected));
    assertThat(feed.waiting()).isZero();
  }

  private EventFeed<Long> feed(Limits limits) {
    var feed = new EventFeed<Long>(node.queries, Runnable::run, limits, Happening::index);
    node.open(feed);
    return feed;
  }

  /** Reads on until the event at {@code last} has come. */
  private static List<Long> readTo(EventFeed<Long> feed, long after, long last, int max) {
    List<Long> seen = new ArrayList<>();
    long cursor = after;
    while (cursor < last) {
      Batch<Long> batch = feed.after(cursor, max).orTimeout(30, TimeUnit.SECONDS).join();
      switch (batch) {
        case Batch.Events<Long>(List<Long> frames, long next) -> {
          assertThat(frames).isNotEmpty().hasSizeLessThanOrEqualTo(max);
          seen.addAll(frames);
          cursor = next;
        }
        case Batch.TooOld<Long>(long keptAfter) -> throw new AssertionError("too old " + keptAfter);
      }
    }
    return seen;
  }
}
