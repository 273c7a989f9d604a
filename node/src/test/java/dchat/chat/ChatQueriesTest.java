package dchat.chat;

import static dchat.chat.ChatFixture.add;
import static dchat.chat.ChatFixture.delete;
import static dchat.chat.ChatFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatQueriesTest {
  @TempDir Path folder;
  private ChatFixture node;

  @BeforeEach
  void open() {
    node = new ChatFixture(folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void pages_put_together_are_the_history() {
    for (int i = 1; i <= 25; i++) {
      node.commit(say("id" + i, "general", "line " + i));
    }
    assertThat(pages(node.queries.history(0), 4)).isEqualTo(node.announced);
    assertThat(pages(node.queries.history(20), 4)).isEqualTo(node.announced.subList(20, 25));
    assertThat(pages(node.queries.history(99), 4)).isEmpty();
  }

  @Test
  void a_history_ends_where_it_ended_when_it_was_asked_for() {
    node.commit(say("1", "general", "in"));
    ChatQueries.Stretch asked = node.queries.history(0);
    node.commit(say("2", "general", "too late"));
    assertThat(pages(asked, 10)).extracting(ChatEvent::id).containsExactly("1");
  }

  @Test
  void a_page_of_long_lines_is_shorter_than_asked_for_but_never_empty() {
    for (int i = 0; i < 8; i++) {
      node.commit(say("id" + i, "general", "x".repeat(100_000)));
    }
    assertThat(node.queries.page(node.queries.history(0), 100)).hasSizeBetween(1, 4);
    assertThat(pages(node.queries.history(0), 100)).hasSize(8);
  }

  @Test
  void a_room_made_again_starts_empty_while_the_history_keeps_everything() {
    node.commit(
        add("1", "ops"),
        say("2", "ops", "old"),
        delete("3", "ops"),
        add("4", "ops"),
        say("5", "general", "elsewhere"));
    assertThat(ofRoom("ops", 0)).isEmpty();
    node.commit(say("6", "ops", "new"));
    assertThat(ofRoom("ops", 0)).extracting(ChatEvent::id).containsExactly("6");
    assertThat(ofRoom("ops", 6)).isEmpty();
    assertThat(pages(node.queries.history(0), 2))
        .extracting(ChatEvent::id)
        .containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void there_is_no_history_of_a_room_that_is_not() {
    node.commit(add("1", "ops"), delete("2", "ops"));
    assertThat(historyOf("ops", 0)).isEmpty();
    assertThat(historyOf("docs", 0)).isEmpty();
    assertThat(historyOf("general", 0)).isPresent();
  }

  @Test
  void an_accepted_id_is_found_and_a_rejected_one_is_not() {
    node.commit(add("1", "ops"), add("2", "ops"));
    assertThat(node.queries.findAccepted("1")).hasValue(1);
    assertThat(node.queries.findAccepted("2")).isEmpty();
  }

  @Test
  void a_snapshot_has_the_newest_lines_of_existing_rooms_within_its_bounds() {
    node.commit(
        add("r1", "ops"), add("r2", "gone"), say("g1", "gone", "bye"), delete("r3", "gone"));
    for (int i = 0; i < 6; i++) {
      node.commit(say("o" + i, "ops", "line"), say("g" + i + "x", "general", "line"));
    }
    ChatQueries.Snapshot all = node.queries.snapshot(100, 100, 1000);
    assertThat(all.cursor()).isEqualTo(node.chat.lastAppliedIndex());
    assertThat(all.rooms()).extracting(Room::name).containsExactly("general", "ops");
    assertThat(all.lines())
        .hasSize(12)
        .isSortedAccordingTo((a, b) -> Long.compare(a.index(), b.index()));

    assertThat(ids(node.queries.snapshot(3, 100, 1000))).containsExactly("g4x", "o5", "g5x");
    assertThat(ids(node.queries.snapshot(100, 1, 1000))).containsExactly("o5", "g5x");
    assertThat(ids(node.queries.snapshot(100, 100, 2))).containsExactly("o5", "g5x");
  }

  @Test
  void a_snapshot_is_of_one_moment_while_batches_are_applied() throws Exception {
    // Each batch makes the same number of rooms and lines, so any mixture would show.
    node.commit(say("first", "general", "line"));
    var done = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 60; i++) {
                    node.commit(add("r" + i, "room" + i), say("l" + i, "general", "line"));
                  }
                  done.set(true);
                });
    int seen = 0;
    while (!done.get() || seen == 0) {
      ChatQueries.Snapshot snapshot = node.queries.snapshot(1000, 1000, 1000);
      assertThat(snapshot.rooms()).hasSameSizeAs(snapshot.lines());
      assertThat(snapshot.cursor()).isEqualTo(snapshot.lines().getLast().index());
      seen++;
    }
    writer.join();
  }

  private Optional<ChatQueries.Stretch> historyOf(String room, long after) {
    return ChatQueries.Stretch.ofRoom(node.chat.view(), room, after);
  }

  private List<ChatEvent> ofRoom(String room, long after) {
    return pages(historyOf(room, after).orElseThrow(), 10);
  }

  private static List<String> ids(ChatQueries.Snapshot snapshot) {
    return snapshot.lines().stream().map(ChatEvent::id).toList();
  }

  private List<ChatEvent> pages(ChatQueries.Stretch stretch, int maxEvents) {
    List<ChatEvent> all = new ArrayList<>();
    long after = stretch.after();
    while (true) {
      List<ChatEvent> page =
          node.queries.page(
              new ChatQueries.Stretch(after, stretch.upTo(), stretch.room()), maxEvents);
      if (page.isEmpty()) {
        return all;
      }
      all.addAll(page);
      after = page.getLast().index();
    }
  }
}
