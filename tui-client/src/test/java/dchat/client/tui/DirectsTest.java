package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ActivePeople;
import dchat.client.api.ChatEvent;
import dchat.client.api.Command;
import dchat.client.api.DirectMessage;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Session;
import dchat.client.api.StreamEvent;
import dchat.client.api.Unread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DirectsTest {
  private final Conversation c =
      Conversation.live(80, 24, "ops").signedIn(new Session("ann", "token"));

  private List<String> texts(String talk) {
    return c.model.chat().room(talk).lines().stream().filter(Line::isSaid).map(Line::text).toList();
  }

  private List<Cmd> asked() {
    return c.commands.stream()
        .filter(cmd -> cmd.equals(new Cmd.GetPast("@bob", Optional.empty())))
        .toList();
  }

  private List<Cmd> marks() {
    return c.commands.stream().filter(Cmd.MarkRead.class::isInstance).toList();
  }

  @Test
  void a_direct_line_rings_and_is_marked_and_read_in_a_talk_of_its_own() {
    c.wrote("bob", "ann", "psst");
    assertThat(c.commands).contains(new Cmd.Bell());
    assertThat(c.screen()).contains("DIRECT").containsPattern("3 @bob +1!");
    c.press(Key.Name.F4);
    assertThat(c.model.chat().current()).isEqualTo("@bob");
    assertThat(c.commands).contains(new Cmd.GetPast("@bob", Optional.empty()));
    assertThat(c.screen()).containsPattern("bob +psst");
  }

  @Test
  void what_is_typed_in_a_talk_goes_to_that_person_through_the_outbox() {
    c.enter("/dm bob").enter("between us");
    Command sent = ((Cmd.Send) c.commands.getLast()).command();
    assertThat(sent).isEqualTo(new Command.Direct("id-1", "ann", "bob", "between us"));
    assertThat(c.screen()).containsPattern("\\.\\.\\. you +between us");
    c.answered("id-1", new Outcome.Committed(9, false));
    c.stream(
        new StreamEvent.Direct(
            new DirectMessage(9, "id-1", "ann", "bob", "between us", c.model.now())));
    assertThat(texts("@bob")).containsExactly("between us");
  }

  @Test
  void a_line_to_somebody_unknown_says_so_wherever_the_reader_is() {
    c.enter("/msg bobb psst");
    c.answered("id-1", new Outcome.Rejected("unknown-account", "Nobody has registered bobb."));
    assertThat(c.screen())
        .containsPattern("! you +@bobb: psst")
        .contains("Nobody has registered bobb.");
    c.enter("/edit");
    assertThat(c.model.chat().current()).isEqualTo("@bobb");
    assertThat(c.model.ui().editor().text()).isEqualTo("psst");
  }

  @Test
  void a_guest_is_told_that_direct_messages_take_an_account_and_keeps_the_line() {
    Conversation guest = Conversation.live(80, 24);
    guest.enter("/msg bob psst");
    assertThat(guest.sent()).isEmpty();
    assertThat(guest.screen()).contains("direct messages take an account");
  }

  @Test
  void what_was_said_before_comes_once_the_talk_is_opened_and_in_its_place() {
    c.wrote("bob", "ann", "third").enter("/dm bob");
    c.send(
        new Msg.PastCame(
            "@bob",
            Optional.empty(),
            new PastOutcome.BetweenTwo(
                List.of(
                    new DirectMessage(1, "a", "bob", "ann", "first", Conversation.START),
                    new DirectMessage(2, "dm-2", "bob", "ann", "third", Conversation.START)),
                Optional.empty())));
    assertThat(texts("@bob")).containsExactly("first", "third");
  }

  @Test
  void a_failed_look_into_the_past_is_tried_again() {
    c.enter("/dm bob");
    c.send(new Msg.PastCame("@bob", Optional.empty(), new PastOutcome.Failed(false, "refused")));
    assertThat(asked()).hasSize(1);
    c.pass(Duration.ofSeconds(1));
    assertThat(asked()).hasSize(2);
    c.send(
        new Msg.PastCame(
            "@bob", Optional.empty(), new PastOutcome.Failed(true, "Nobody is called bob.")));
    c.pass(Duration.ofSeconds(1));
    assertThat(asked()).hasSize(2);
    assertThat(c.screen()).contains("Nobody is called bob.");
  }

  @Test
  void a_line_taken_back_is_gone_between_two_and_a_stub_in_a_room() {
    c.wrote("bob", "ann", "oops");
    c.stream(new StreamEvent.DirectTakenBack("bob", "ann", "dm-2"));
    assertThat(texts("@bob")).isEmpty();
    c.happened(ChatEvent.Type.CHAT, "bob", "general", "oops", "line");
    c.happened(ChatEvent.Type.MESSAGE_DELETE, "bob", "general", "line", "x");
    assertThat(c.screen()).containsPattern("bob +\\(taken back\\)");
  }

  @Test
  void one_takes_back_the_last_own_line_after_a_yes() {
    c.happened(ChatEvent.Type.CHAT, "ann", "general", "oops", "mine");
    c.happened(ChatEvent.Type.CHAT, "bob", "general", "what?", "his");
    c.enter("/del");
    assertThat(c.screen()).contains("take back \"oops\"? y/n");
    c.type("y");
    Command sent = ((Cmd.Send) c.commands.getLast()).command();
    assertThat(sent).isEqualTo(new Command.TakeBack("id-1", "ann", "general", "mine"));
    c.answered("id-1", new Outcome.Unknown("timeout")).pass(Duration.ofSeconds(1));
    c.answered("id-1", new Outcome.Rejected("unknown-message", "There is no such message."));
    assertThat(c.model.outbox().pending()).isEmpty();
    assertThat(c.screen()).containsPattern("you +\\(taken back\\)");
  }

  @Test
  void after_a_restart_what_is_unread_is_what_the_cluster_says() {
    c.said("bob", "ops", "one").said("bob", "ops", "two");
    c.snapshot(
        new Unread(
            List.of(new Unread.InRoom("ops", 1, false), new Unread.InRoom("general", 0, false)),
            List.of(new Unread.InDirect("carol", false, 3, 2, false))),
        "ops");
    assertThat(c.screen()).containsPattern("2 #ops +1").containsPattern("3 @carol +2!");
    c.enter("/unread");
    assertThat(c.screen()).contains("unread: #ops 1, @carol 2");
    c.press(Key.Name.F4);
    assertThat(c.model.chat().current()).isEqualTo("@carol");
  }

  @Test
  void reading_tells_the_cluster_once_and_another_device_takes_the_count_away() {
    c.said("bob", "ops", "one").said("bob", "ops", "two");
    c.stream(new StreamEvent.ReadRoom("ops", 2));
    assertThat(c.screen()).containsPattern("2 #ops +1");
    c.stream(new StreamEvent.ReadRoom("ops", 4));
    assertThat(c.model.chat().room("ops").unread()).isZero();

    c.said("bob", "ops", "three").enter("/2");
    assertThat(marks()).containsExactly(new Cmd.MarkRead("ops", 6));
    c.send(new Msg.Marked("ops", 6, true)).pass(Duration.ofSeconds(10));
    assertThat(marks()).hasSize(1);
  }

  @Test
  void a_mark_that_did_not_come_through_is_made_again_later() {
    c.said("bob", "general", "one");
    assertThat(marks()).hasSize(1);
    c.send(new Msg.Marked("general", 2, false)).pass(Duration.ofSeconds(1));
    assertThat(marks()).hasSize(1);
    c.pass(Duration.ofSeconds(5));
    assertThat(marks()).hasSize(2);
  }

  @Test
  void nobody_at_the_keyboard_reads_nothing() {
    c.pass(Duration.ofMinutes(2)).said("bob", "general", "lunch?");
    assertThat(marks()).isEmpty();
    c.press(Key.Name.ESCAPE);
    assertThat(marks()).hasSize(1);
  }

  @Test
  void a_guest_tells_the_cluster_nothing() {
    Conversation guest = Conversation.live(80, 24);
    guest.said("bob", "general", "hello");
    assertThat(guest.commands).noneMatch(Cmd.MarkRead.class::isInstance);
  }

  @Test
  void who_is_here_is_what_the_cluster_says_and_who_spoke() {
    c.said("bob", "general", "hello").pass(Duration.ofMinutes(2));
    c.send(
        new Msg.PeopleCame(
            new ActivePeople(List.of("carol"), Map.of("dave", c.model.now().minusSeconds(30)))));
    c.enter("/who");
    assertThat(Rooms.who(c.model))
        .isEqualTo("here: dave, carol; spoke in the last five minutes: bob (2 min ago)");
    assertThat(c.screen()).contains("here: dave, carol");
  }

  @Test
  void an_action_reads_as_one_and_nobody_can_act_for_another() {
    c.enter("/me waves");
    Command sent = ((Cmd.Send) c.commands.getLast()).command();
    assertThat(sent).isEqualTo(new Command.Say("id-1", "ann", "general", "* ann waves"));
    c.said("bob", "general", "* bob nods").said("eve", "general", "* bob gives up");
    assertThat(c.screen())
        .containsPattern("\\* +bob nods")
        .containsPattern("eve +\\* bob gives up");
  }

  @Test
  void a_topic_stands_in_the_title() {
    c.happened(ChatEvent.Type.ROOM_TOPIC, "bob", "general", "release on friday", "x");
    assertThat(c.screen().lines().findFirst().get()).contains("release on friday");
    c.enter("/topic");
    assertThat(c.screen()).contains("--         release on friday");
  }

  @Test
  void searching_what_was_typed_finds_the_newest_line_and_then_older_ones() {
    c.enter("first fish").enter("second fish").enter("third");
    c.press(Key.control('r')).type("f").type("i").type("s").type("h");
    assertThat(c.screen()).contains("search fish: second fish");
    c.press(Key.control('r'));
    assertThat(c.screen()).contains("search fish: first fish");
    c.press(Key.Name.ENTER);
    assertThat(c.model.ui().editor().text()).isEqualTo("first fish");
  }

  @Test
  void what_rings_is_the_readers_choice() {
    c.enter("/notify none").wrote("bob", "ann", "psst");
    assertThat(c.commands).doesNotContain(new Cmd.Bell());
    c.enter("/notify all").said("bob", "ops", "hello");
    assertThat(c.commands).contains(new Cmd.Bell());
  }
}
