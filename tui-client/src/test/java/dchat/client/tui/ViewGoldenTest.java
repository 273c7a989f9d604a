package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ActivePeople;
import dchat.client.api.ChatEvent;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.SearchOutcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole screens, text and tones, held against files. After a change that is meant, run the tests
 * with {@code -Ddchat.golden.write=true} and look at what git says about the files.
 */
class ViewGoldenTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  private static void matches(String name, Conversation conversation) throws IOException {
    Frame frame = conversation.view.draw(conversation.model);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < frame.rows(); row++) {
      text.append(frame.row(row)).append('\n');
    }
    text.append("cursor ").append(frame.cursorRow()).append(' ').append(frame.cursorColumn());
    text.append("\n\n");
    for (int row = 0; row < frame.rows(); row++) {
      text.append(frame.tones(row).replaceAll("\\.+$", "")).append('\n');
    }
    Path file = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("dchat.golden.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text);
    }
    assertThat(text.toString()).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
  }

  /** A morning with everything in it: unread rooms, a mention, each state a line can have. */
  private static Conversation morning(int columns, int rows) {
    Conversation c = Conversation.live(columns, rows, "docs", "ops");
    c.polled(Optional.of("node1"), 3);
    c.said("alice", "general", "morning, node3 is being patched today");
    c.pass(Duration.ofMinutes(2));
    c.said("bob", "general", "ok, expect one election");
    c.said(
        "carol",
        "general",
        "\u4f60\u597d \ud83d\ude00 and a line that is long enough to need more than one row on any"
            + " screen we have, which shows how it is wrapped between words");
    c.said("bob", "ops", "@ann can you look?");
    c.said("alice", "docs", "done");
    c.said("alice", "docs", "really done");
    c.happened(ChatEvent.Type.ROOM_ADD, "bob", "lunch", "", "x");
    c.pass(Duration.ofMinutes(3)).heartbeat(Optional.of("node1"));
    c.said("alice", "general", "@ann can you check the log on node2?");
    c.enter("looking").answered("id-1", new Outcome.Committed(17, false));
    c.enter("this one is far too long");
    c.answered(
        "id-2", new Outcome.Rejected("text-too-long", "text has 4213 characters, at most 4096"));
    c.enter("leader lost after accept").answered("id-3", new Outcome.Unknown("outcome unknown"));
    c.enter("and one more");
    return c.type("not yet sent");
  }

  @ParameterizedTest
  @CsvSource({"120, 40", "80, 24", "60, 20", "40, 8"})
  void a_morning_at_every_size(int columns, int rows) throws IOException {
    matches("morning-" + columns + "x" + rows, morning(columns, rows));
  }

  /** Signed in, with what passes between two, and a line that waits there. */
  private static Conversation direct(int columns, int rows) {
    Conversation c = Conversation.live(columns, rows, "ops");
    c.polled(Optional.of("node1"), 3).signedIn(new Session("ann", "token"));
    c.happened(ChatEvent.Type.ROOM_TOPIC, "bob", "ops", "nodes and nothing else", "t");
    c.wrote("bob", "ann", "can I have the key to the server room?");
    c.wrote("carol", "ann", "lunch?").said("bob", "ops", "* bob looks for the key");
    c.send(
        new Msg.PeopleCame(
            new ActivePeople(
                List.of("ann", "carol"), Map.of("dave", c.model.now().minusSeconds(240)))));
    c.enter("/dm bob")
        .send(
            new Msg.PastCame(
                "@bob", Optional.empty(), new PastOutcome.BetweenTwo(List.of(), Optional.empty())));
    c.enter("it is in the drawer").answered("id-1", new Outcome.Committed(20, false));
    c.happened(ChatEvent.Type.CHAT, "eve", "general", "", "x");
    return c.enter("the left one");
  }

  @ParameterizedTest
  @CsvSource({"120, 40", "80, 24", "60, 20", "40, 8"})
  void between_two_at_every_size(int columns, int rows) throws IOException {
    matches("direct-" + columns + "x" + rows, direct(columns, rows));
  }

  @ParameterizedTest
  @CsvSource({"120, 40", "80, 24", "60, 20", "40, 8"})
  void a_session_taken_over_at_every_size(int columns, int rows) throws IOException {
    Conversation c = direct(columns, rows);
    c.stream(
        new StreamEvent.SessionOver(
            c.model.identity().signedIn(), "session-superseded", "taken over"));
    matches("taken-over-" + columns + "x" + rows, c.type("still typing"));
  }

  @ParameterizedTest
  @CsvSource({"120, 40", "80, 24", "60, 20", "40, 8"})
  void the_password_prompt_at_every_size(int columns, int rows) throws IOException {
    Conversation c = new Conversation(Optional.empty(), columns, rows).enter("alice").connect();
    c.send(new Msg.NamesFound("alice", Cmd.Why.WELCOME, Optional.of(List.of("alice"))));
    matches("login-" + columns + "x" + rows, c.type("correct").type(" ").type("horse"));
  }

  @Test
  void another_device_is_asked_about() throws IOException {
    Conversation c = Conversation.live(80, 24);
    c.send(new Msg.SignInEnded("ann", Secret.EMPTY, new SignInOutcome.Elsewhere()));
    matches("takeover-80x24", c);
  }

  @Test
  void too_small_for_a_chat() throws IOException {
    matches("too-small-39x7", morning(39, 7));
  }

  @Test
  void the_first_run_asks_for_a_name() throws IOException {
    matches("first-run-80x24", new Conversation(Optional.empty(), 80, 24).type("an"));
  }

  @Test
  void an_election() throws IOException {
    Conversation c = Conversation.live(80, 24);
    c.heartbeat(Optional.empty()).enter("typed meanwhile");
    matches("electing-80x24", c.pass(Duration.ofMillis(1400)));
  }

  @Test
  void no_quorum() throws IOException {
    Conversation c = Conversation.live(80, 24);
    c.heartbeat(Optional.empty()).polled(Optional.empty(), 1).pass(Duration.ofSeconds(34));
    matches("no-quorum-80x24", c);
  }

  @Test
  void offline() throws IOException {
    Conversation c = Conversation.live(80, 24);
    c.polled(Optional.of("node1"), 3);
    c.stream(
        new StreamEvent.Offline(
            List.of(
                new StreamEvent.Failure(URI.create("http://127.0.0.1:9000"), "refused"),
                new StreamEvent.Failure(URI.create("http://10.0.0.7:80"), "timeout")),
            Duration.ofSeconds(4)));
    matches("offline-80x24", c.enter("kept here").pass(Duration.ofMillis(100)));
  }

  @Test
  void scrolled_back_while_more_is_said() throws IOException {
    Conversation c = Conversation.live(80, 24);
    for (int i = 1; i <= 40; i++) {
      c.said("bob", "general", "line " + i);
    }
    c.press(Key.Name.PAGE_UP).said("bob", "general", "line 41").said("bob", "general", "line 42");
    matches("scrolled-80x24", c);
  }

  @Test
  void a_room_with_news() throws IOException {
    Conversation c = Conversation.live(80, 24, "ops");
    c.said("bob", "ops", "old").enter("/2").enter("/1").pass(Duration.ofMinutes(10));
    c.said("bob", "ops", "new").said("bob", "ops", "newer").enter("/2");
    matches("news-80x24", c);
  }

  @Test
  void choosing_a_room() throws IOException {
    Conversation c = Conversation.live(80, 24, "docs", "ops");
    matches("browsing-80x24", c.press(Key.Name.TAB).press(Key.Name.DOWN));
  }

  @Test
  void the_help() throws IOException {
    matches("help-80x24", Conversation.live(80, 24).enter("/help"));
    matches("help-60x20", Conversation.live(60, 20).press(Key.Name.F1));
  }

  @Test
  void what_a_search_found() throws IOException {
    for (int columns : new int[] {80, 40}) {
      Conversation c = Conversation.live(columns, columns == 80 ? 24 : 8).enter("/search fish");
      c.send(
          new Msg.Searched(
              "fish",
              new SearchOutcome.Found(
                  List.of(
                      new SearchOutcome.Hit(
                          9,
                          "#ops",
                          "bob",
                          "two fish, and a line that is too long for one row of a screen as small"
                              + " as ours",
                          Conversation.START),
                      new SearchOutcome.Hit(
                          4,
                          "#general",
                          "carol",
                          "\u9c7c fish",
                          Conversation.START.minus(Duration.ofDays(1)))))));
      matches(columns == 80 ? "search-80x24" : "search-40x8", c);
    }
  }

  @Test
  void the_cluster() throws IOException {
    Conversation c = Conversation.live(80, 24).polled(Optional.of("node1"), 2);
    matches("cluster-80x24", c.enter("/cluster"));
  }
}
