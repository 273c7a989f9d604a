package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.PersonalQueries.PageRequest;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reading in a room with very many messages: the newest page, its unread count and a search. Says
 * how long each takes; {@code -Ddchat.large.messages=100000} for a room as large as that.
 */
@Timeout(600)
class LargeRoomTest {
  private static final int MESSAGES = Integer.getInteger("dchat.large.messages", 3_000);
  private static final int BATCH = 500;
  private static final int ROUNDS = 50;

  @TempDir Path folder;

  @Test
  void a_page_a_count_and_a_search_are_bounded_whatever_the_history() {
    try (var node = new ChatFixture(folder.resolve("chat"));
        var data = DataFolder.open(folder.resolve("search"), new Identity("node0", "test"));
        var threads = Executors.newSingleThreadExecutor()) {
      node.commit(new PeopleCommand.Register("r1", "zoe", "phc"));
      for (int from = 0; from < MESSAGES; from += BATCH) {
        LogCommand[] batch = new LogCommand[BATCH];
        for (int i = 0; i < BATCH; i++) {
          String text =
              "message " + (from + i) + " about the " + (i % 10 == 0 ? "deploy" : "weather");
          batch[i] = ChatFixture.say("m" + (from + i), "general", text);
        }
        node.commit(batch);
      }
      var index =
          new SearchIndex(data.search().writer(), data.search().reader(), node.queries, threads);
      while (index.indexedIndex() < node.chat.lastAppliedIndex()) {
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
      var personal = new PersonalQueries(node.queries);
      var newest = new PageRequest(Long.MAX_VALUE, PageRequest.Direction.BEFORE, 50);
      var middle = new PageRequest(MESSAGES / 2, PageRequest.Direction.BEFORE, 50);

      time("newest page", () -> personal.room("general", newest).orElseThrow().messages().size());
      time("middle page", () -> personal.room("general", middle).orElseThrow().messages().size());
      time("unread", () -> personal.unread(1).rooms().size());
      time("search, common word", () -> found(index, "deploy"));
      time("search, rare word", () -> found(index, "message " + (MESSAGES - 7)));

      assertThat(personal.room("general", newest).orElseThrow().messages())
          .hasSize(50)
          .last()
          .satisfies(line -> assertThat(line.id()).isEqualTo("m" + (MESSAGES - 1)));
      assertThat(personal.unread(1).rooms().getFirst().unread())
          .isEqualTo(PersonalQueries.MAX_UNREAD);
      assertThat(found(index, "deploy")).isEqualTo(20);
    }
  }

  private static int found(SearchIndex index, String words) {
    return index.search(words, OptionalLong.of(1), Optional.empty(), 20).size();
  }

  private interface Reading {
    int count();
  }

  private static void time(String what, Reading reading) {
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      assertThat(reading.count()).isPositive();
      micros.add((System.nanoTime() - begun) / 1_000);
    }
    long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%d messages, %s: median %d us, worst of %d %d us%n",
        MESSAGES, what, sorted[ROUNDS / 2], ROUNDS, Arrays.stream(sorted).max().orElseThrow());
  }
}
