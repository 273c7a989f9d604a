package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.PastOutcome;
import dchat.client.api.Room;
import dchat.client.api.StreamEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What was said in a room before this client came. */
class PastTest {
  private static final Optional<String> NEWEST = Optional.empty();

  private final Conversation c = Conversation.live(80, 24, "ops");

  private List<String> texts() {
    return c.model.chat().currentRoom().lines().stream().map(Line::text).toList();
  }

  private List<Cmd> asked() {
    return c.commands.stream().filter(Cmd.GetPast.class::isInstance).toList();
  }

  private static ChatEvent line(long index) {
    String id = "of-bob-" + index;
    return new ChatEvent(
        index, ChatEvent.Type.CHAT, "bob", "line " + index, "general", id, Conversation.START);
  }

  private static List<ChatEvent> lines(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(PastTest::line).toList();
  }

  /** The stream begins with what was said last. */
  private void arriveAt(long index) {
    c.stream(
        new StreamEvent.Snapshot(
            index, List.of(new Room("general", Conversation.START)), List.of(line(index))));
    c.commands.clear();
  }

  private void came(Optional<String> before, long from, long to, Optional<String> older) {
    c.send(new Msg.PastCame("general", before, new PastOutcome.InRoom(lines(from, to), older)));
  }

  @Test
  void a_room_that_is_opened_shows_what_was_said_there_however_long_ago() {
    assertThat(asked()).containsExactly(new Cmd.GetPast("general", NEWEST));
    c.enter("/join ops");
    assertThat(asked()).contains(new Cmd.GetPast("ops", NEWEST));
  }

  @Test
  void who_scrolls_to_the_top_gets_what_is_older_in_its_place_until_the_beginning() {
    arriveAt(300);
    came(NEWEST, 201, 300, Optional.of("cursor"));
    assertThat(texts()).hasSize(100);
    c.press(Key.Name.PAGE_UP);
    assertThat(asked()).isEmpty();
    c.press(Key.Name.HOME);
    assertThat(asked()).containsExactly(new Cmd.GetPast("general", Optional.of("cursor")));
    assertThat(c.screen()).contains("older lines are on their way").contains("line 201");

    came(Optional.of("cursor"), 150, 200, Optional.empty());
    assertThat(c.screen()).as("what is read stays where it is").contains("line 201");
    c.press(Key.Name.HOME);
    assertThat(c.screen()).contains("the beginning of #general").contains("line 150");
    assertThat(asked()).as("there is nothing older").hasSize(1);
    assertThat(c.model.chat().currentRoom().lines())
        .extracting(Line::index)
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSize(151);
  }

  @Test
  void what_no_node_could_give_is_asked_for_again() {
    arriveAt(300);
    came(NEWEST, 201, 300, Optional.of("cursor"));
    c.press(Key.Name.HOME);
    c.send(
        new Msg.PastCame(
            "general", Optional.of("cursor"), new PastOutcome.Failed(false, "no node answers")));
    c.pass(Duration.ofSeconds(1));
    Cmd.GetPast older = new Cmd.GetPast("general", Optional.of("cursor"));
    assertThat(asked()).containsExactly(older, older);
  }

  @Test
  void a_page_that_is_behind_the_stream_brings_back_nothing_that_was_taken_back() {
    arriveAt(300);
    c.happened(ChatEvent.Type.MESSAGE_DELETE, "bob", "general", "of-bob-300", "deletion");
    came(NEWEST, 299, 300, Optional.empty());
    assertThat(texts()).contains("line 299").doesNotContain("line 300");
  }

  @Test
  void a_page_that_is_ahead_of_the_stream_leaves_to_it_what_is_new() {
    arriveAt(300);
    came(NEWEST, 299, 301, Optional.empty());
    assertThat(texts()).containsExactly("line 299", "line 300");
  }
}
