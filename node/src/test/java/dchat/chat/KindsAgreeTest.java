package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.PersonalQueries.PageRequest;
import dchat.process.Await;
import dchat.raft.LogEntry;
import dchat.storage.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever kind of database a node keeps the chat in: the same tables, the same answers. */
@ResourceLock(value = Postgres.SERVER, mode = ResourceAccessMode.READ)
class KindsAgreeTest {
  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void the_same_log_gives_the_same_results_tables_and_answers(long seed) throws Exception {
    List<LogEntry> log = ReplicasAgreeTest.randomLog(new Random(seed));
    try (var files = new ChatFixture(folder);
        var server = new ChatFixture(POSTGRES.emptied("kinds"))) {
      assertThat(server.chat.apply(log)).containsExactlyElementsOf(files.chat.apply(log));
      for (String table : SnapshotRows.TABLES) {
        assertThat(server.rows(table)).as(table).isEqualTo(files.rows(table));
      }
      server.reopen();
      assertThat(server.chat.view()).isEqualTo(files.chat.view());
      assertThat(answers(server)).isEqualTo(answers(files));
    }
  }

  /** Of every query there is. */
  private static List<Object> answers(ChatFixture node) {
    ChatQueries chat = node.queries;
    var personal = new PersonalQueries(chat);
    List<Object> answers = new ArrayList<>();
    answers.add(chat.appliedIndex());
    answers.add(chat.snapshot(20, 5, 200));
    answers.add(chat.page(chat.history(0), 10_000));
    answers.add(chat.continuation(100, 50, OptionalLong.empty()));
    answers.add(chat.findAccepted("id7"));
    for (String room : List.of("general", "room1", "nowhere")) {
      answers.add(
          ChatQueries.Stretch.ofRoom(node.chat.view(), room, 10)
              .map(stretch -> chat.page(stretch, 100)));
      answers.add(personal.room(room, new PageRequest(400, PageRequest.Direction.BEFORE, 10)));
      answers.add(personal.room(room, new PageRequest(100, PageRequest.Direction.AFTER, 10)));
    }
    for (long account = 1; account <= 6; account++) {
      answers.add(chat.password(account));
      answers.add(personal.unread(account));
      answers.add(personal.arrival(chat, account, 20, 5, 200));
      answers.add(personal.partner(account, "USER" + account));
      for (long after : List.of(0L, 200L, 500L)) {
        answers.add(chat.continuation(after, 50, OptionalLong.of(account)));
      }
      for (long partner = 1; partner <= 5; partner++) {
        answers.add(
            personal.direct(account, partner, new PageRequest(0, PageRequest.Direction.AFTER, 20)));
      }
    }
    return answers;
  }

  @Test
  void a_search_finds_the_same_lines() {
    try (var files = new ChatFixture(folder);
        var server = new ChatFixture(POSTGRES.emptied("kinds"))) {
      for (ChatFixture node : List.of(files, server)) {
        talk(node);
      }
      SearchIndex inFiles = indexed(files);
      SearchIndex onServer = indexed(server);
      for (String query :
          List.of(
              "deploy",
              "DEPLOY",
              "dep",
              "d",
              "the deploy",
              "deploy the",
              "grusse",
              "GRÜSSE koln",
              "node-js",
              "node js",
              "ann@example.org",
              "example",
              "example.org/a/b",
              "大家",
              "大家好",
              "привет",
              "и\u0306",
              "rock'n'roll",
              "' | ''",
              "a & b:*",
              "!deploy",
              "-well",
              "x".repeat(3000),
              "x".repeat(400),
              "2026",
              "20",
              "v1.2",
              "nothing",
              "cafe",
              "psst")) {
        for (OptionalLong who :
            List.of(OptionalLong.empty(), OptionalLong.of(1), OptionalLong.of(2))) {
          for (Optional<String> room : List.of(Optional.<String>empty(), Optional.of("ops"))) {
            if (SearchIndex.hasWords(query)) {
              assertThat(onServer.search(query, who, room, 10))
                  .as("%s by %s in %s", query, who, room)
                  .isEqualTo(inFiles.search(query, who, room, 10));
            }
          }
        }
      }
      assertThat(onServer.search("grUße koln", OptionalLong.empty(), Optional.empty(), 10))
          .hasSize(1);
      assertThat(onServer.search("deploy", OptionalLong.of(1), Optional.empty(), 10)).hasSize(4);
      assertThat(onServer.search("deploy", OptionalLong.empty(), Optional.of("ops"), 10))
          .hasSize(1);
    }
  }

  private static void talk(ChatFixture node) {
    node.commit(
        new PeopleCommand.Register("r1", "eva", "phc"),
        new PeopleCommand.Register("r2", "bob", "phc"),
        new PeopleCommand.LogIn(
            "l1", 1, 1, "token1", false, 1_000_000, 1_000_000, Optional.empty()));
    Seat eva = new Seat(1, 3);
    node.commit(
        ChatFixture.add("a1", "ops"),
        ChatFixture.say("1", "general", "Grüße aus Köln, the deploy went well"),
        ChatFixture.say("2", "ops", "deploying node-js v1.2 again, see example.org/a/b"),
        ChatFixture.say("3", "general", "mail ann@example.org: 2026-11-21 isn't a date"),
        ChatFixture.say("4", "general", "大家好, hello everybody; привет, и\u0306 й"),
        ChatFixture.say("5", "general", "rock'n'roll a & b | !c 'quoted' \"twice\" ::: x*"),
        ChatFixture.say("6", "general", "x".repeat(3000)),
        ChatFixture.say("7", "general", "... --- ..."),
        ChatFixture.say("8", "general", "deploy Deploy DEPLOY café cafe\u0301"),
        new PeopleCommand.AsMember(
            eva, new ChatCommand.Chat("9", "eva", "deploy and regret", "general")),
        new PeopleCommand.DeleteMessage(eva, "general", "9"),
        new PeopleCommand.SendDirect("d1", eva, 2, "psst, the deploy went badly"),
        new PeopleCommand.SendDirect("d2", eva, 2, "psst, forget it"),
        new PeopleCommand.DeleteDirect(eva, 2, "d2"));
  }

  private static SearchIndex indexed(ChatFixture node) {
    Executor threads = ForkJoinPool.commonPool();
    var index =
        new SearchIndex(
            node.data().search().writer(), node.data().search().reader(), node.queries, threads);
    Await.until(
        "everything is indexed",
        Duration.ofSeconds(30),
        () -> index.indexedIndex() == node.chat.lastAppliedIndex());
    return index;
  }
}
