package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import dchat.client.api.Room;
import dchat.client.api.SearchOutcome;
import dchat.client.api.StreamEvent;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpdateTest {
  private static final StreamEvent OFFLINE =
      new StreamEvent.Offline(
          List.of(new StreamEvent.Failure(URI.create("http://127.0.0.1:9000"), "refused")),
          Duration.ofSeconds(4));

  private final Conversation c = Conversation.live(80, 24, "ops");

  private List<String> texts(String room) {
    return c.model.chat().room(room).lines().stream().map(Line::text).toList();
  }

  private String lastNote() {
    return c.model.chat().currentRoom().lines().getLast().text();
  }

  @Test
  void a_line_is_gray_until_its_index_is_known_and_then_stands_in_the_log() {
    c.enter("hello");
    assertThat(c.sent()).containsExactly("id-1");
    assertThat(texts("general")).isEmpty();
    assertThat(c.screen()).containsPattern("\\.\\.\\. you +hello");

    c.answered("id-1", new Outcome.Committed(9, false));
    assertThat(texts("general")).containsExactly("hello");
    assertThat(c.model.outbox().pending()).isEmpty();
  }

  @Test
  void when_the_stream_is_faster_than_the_answer_the_line_is_there_once() {
    c.enter("hello");
    c.happened(ChatEvent.Type.CHAT, "ann", "general", "hello", "id-1");
    c.answered("id-1", new Outcome.Committed(2, false));
    assertThat(texts("general")).containsExactly("hello");
  }

  @Test
  void when_the_answer_is_faster_than_the_stream_the_line_is_there_once_with_the_servers_time() {
    c.enter("hello");
    c.answered("id-1", new Outcome.Committed(2, false));
    c.pass(Duration.ofSeconds(1));
    c.happened(ChatEvent.Type.CHAT, "ann", "general", "hello", "id-1");
    assertThat(c.model.chat().currentRoom().lines())
        .singleElement()
        .returns(Conversation.START.plusSeconds(1), Line::at);
  }

  @Test
  void lines_go_out_one_after_the_other_in_the_order_they_were_typed() {
    c.enter("one").enter("two").enter("three");
    assertThat(c.sent()).containsExactly("id-1");
    c.answered("id-1", new Outcome.Unknown("timeout"));
    c.pass(Duration.ofSeconds(1));
    assertThat(c.sent()).containsExactly("id-1", "id-1");
    c.answered("id-1", new Outcome.Committed(3, false));
    assertThat(c.sent()).containsExactly("id-1", "id-1", "id-2");
  }

  @Test
  void a_rejected_line_stays_with_its_reason_and_holds_nobody_up() {
    c.enter("one").enter("two");
    c.answered("id-1", new Outcome.Rejected("text-too-long", "too long"));
    assertThat(c.sent()).containsExactly("id-1", "id-2");
    assertThat(c.screen())
        .contains("too long  (/retry /edit /drop)")
        .contains("1 pending 1 failed");

    c.enter("/edit");
    assertThat(c.model.ui().editor().text()).isEqualTo("one");
    assertThat(c.model.outbox().rejected()).isZero();
  }

  @Test
  void a_retry_is_the_same_command_with_the_same_id() {
    c.enter("one").answered("id-1", new Outcome.Rejected("x", "no"));
    c.enter("/retry");
    assertThat(c.sent()).containsExactly("id-1", "id-1");
    c.answered("id-1", new Outcome.Rejected("x", "no")).enter("/drop");
    assertThat(c.model.outbox().pending()).isEmpty();
  }

  @Test
  void without_a_connection_lines_are_held_and_go_out_by_themselves_later() {
    c.stream(OFFLINE).enter("kept").enter("too");
    assertThat(c.sent()).isEmpty();
    assertThat(c.screen()).containsPattern("~ you +kept");
    c.stream(new StreamEvent.Live(URI.create("http://127.0.0.1:9001")));
    assertThat(c.sent()).containsExactly("id-1");
  }

  @Test
  void many_nodes_that_fail_leave_room_for_what_waits() {
    List<StreamEvent.Failure> failures =
        IntStream.range(9000, 9005)
            .mapToObj(
                port ->
                    new StreamEvent.Failure(
                        URI.create("http://127.0.0.1:" + port),
                        port == 9004 ? "timeout" : "refused"))
            .toList();
    c.stream(new StreamEvent.Offline(failures, Duration.ofSeconds(4))).enter("kept");
    assertThat(c.statusLine())
        .contains("OFFLINE retry in 4s (4 nodes refused, 1 node timeout)  1 pending");
  }

  @Test
  void a_line_whose_fate_is_open_says_so_and_what_it_waits_for() {
    c.enter("one");
    c.send(
        new Msg.Waiting(
            "id-1", new Progress.Retrying("node1: timeout", Duration.ofSeconds(1), true)));
    assertThat(c.screen()).containsPattern("\\? you +one").contains("(node1: timeout, trying on)");
  }

  @Test
  void typing_goes_on_during_an_election_and_a_long_one_is_mentioned_once() {
    c.heartbeat(Optional.empty());
    assertThat(c.statusLine()).startsWith(" node0>? t7 ELECTING 0.0s");
    c.pass(Duration.ofMillis(2900));
    assertThat(texts("general")).isEmpty();
    c.pass(Duration.ofMillis(200)).pass(Duration.ofSeconds(5)).pass(Duration.ofSeconds(5));
    assertThat(texts("general")).hasSize(1);
    c.heartbeat(Optional.of("node2"));
    assertThat(lastNote()).isEqualTo("node2 leads now, term 7");
  }

  @Test
  void the_end_of_a_room_takes_everybody_to_general_with_what_they_were_typing() {
    c.enter("/join ops").type("half a line");
    c.happened(ChatEvent.Type.ROOM_DELETE, "bob", "ops", "", "x");
    assertThat(c.model.chat().current()).isEqualTo(Room.GENERAL);
    assertThat(c.model.ui().editor().text()).isEqualTo("half a line");
    assertThat(lastNote()).isEqualTo("#ops was deleted by bob, you are in #general now");
    assertThat(c.model.chat().has("ops")).isFalse();
  }

  @Test
  void a_room_that_was_made_here_is_entered_when_it_is_there() {
    c.enter("/create lunch");
    assertThat(c.model.chat().current()).isEqualTo(Room.GENERAL);
    c.happened(ChatEvent.Type.ROOM_ADD, "ann", "lunch", "", "id-1");
    assertThat(c.model.chat().current()).isEqualTo("lunch");
  }

  @Test
  void a_room_made_by_another_only_appears() {
    c.happened(ChatEvent.Type.ROOM_ADD, "bob", "lunch", "", "x");
    assertThat(c.model.chat().names()).containsExactly("general", "lunch", "ops");
    assertThat(c.model.chat().current()).isEqualTo(Room.GENERAL);
  }

  @Test
  void plus_and_minus_in_the_list_make_and_delete_rooms() {
    c.press(Key.Name.TAB).type("+").enter("lunch");
    assertThat(c.model.outbox().pending().getFirst().command())
        .isEqualTo(new Command.AddRoom("id-1", "ann", "lunch"));
    c.answered("id-1", new Outcome.Committed(5, false));
    assertThat(c.model.chat().current()).isEqualTo("lunch");

    c.press(Key.Name.TAB).type("-");
    assertThat(c.screen()).contains("delete #lunch for everybody? y/n");
    c.type("y");
    assertThat(c.model.outbox().pending().getFirst().command())
        .isEqualTo(new Command.DeleteRoom("id-2", "ann", "lunch"));
  }

  @Test
  void general_can_not_be_deleted() {
    c.enter("/delete-room");
    assertThat(c.model.outbox().pending()).isEmpty();
    assertThat(lastNote()).isEqualTo("#general can't be deleted");
  }

  @Test
  void what_others_say_elsewhere_is_counted_until_one_looks() {
    c.said("bob", "ops", "one").said("bob", "ops", "@ann: two").said("ann", "ops", "own");
    assertThat(c.model.chat().room("ops").unread()).isEqualTo(2);
    assertThat(c.model.chat().room("ops").mentions()).isEqualTo(1);
    assertThat(c.commands).contains(new Cmd.Bell());
    assertThat(c.statusLine()).contains("act: 2!2");
    c.press(Key.Name.F4);
    assertThat(c.model.chat().current()).isEqualTo("ops");
    assertThat(c.model.chat().room("ops").unread()).isZero();
    assertThat(c.screen()).contains("new since 14:00");
  }

  @Test
  void history_known_from_the_start_is_not_unread() {
    Conversation fresh = new Conversation(Optional.of("ann"), 80, 24);
    ChatEvent old =
        new ChatEvent(4, ChatEvent.Type.CHAT, "bob", "hi", "ops", "x", Conversation.START);
    fresh.stream(
        new StreamEvent.Snapshot(
            5,
            List.of(new Room("general", Conversation.START), new Room("ops", Conversation.START)),
            List.of(old)));
    assertThat(fresh.model.chat().room("ops").lines()).hasSize(1);
    assertThat(fresh.model.chat().room("ops").unread()).isZero();
  }

  @Test
  void a_snapshot_after_a_gap_keeps_what_was_known_and_drops_rooms_that_have_gone() {
    c.said("bob", "general", "before").enter("/join ops");
    ChatEvent later =
        new ChatEvent(40, ChatEvent.Type.CHAT, "bob", "after", "general", "x", Conversation.START);
    c.stream(
        new StreamEvent.Snapshot(
            41, List.of(new Room("general", Conversation.START)), List.of(later)));
    assertThat(texts("general")).startsWith("before", "after");
    assertThat(c.model.chat().names()).containsExactly("general");
    assertThat(c.model.chat().current()).isEqualTo(Room.GENERAL);
  }

  @Test
  void who_spoke_five_minutes_ago_is_no_longer_active_whatever_this_machines_clock_says() {
    Conversation ahead = Conversation.live(120, 40);
    ahead.stream(
        new StreamEvent.Happened(
            new ChatEvent(
                2,
                ChatEvent.Type.CHAT,
                "bob",
                "hi",
                "general",
                "x",
                Conversation.START.minus(Duration.ofHours(3)))));
    assertThat(ahead.screen()).contains("* bob");
    ahead.pass(Duration.ofMinutes(4));
    assertThat(ahead.screen()).contains(". bob 4m").contains("1 active");
    ahead.pass(Duration.ofMinutes(1));
    assertThat(ahead.screen()).contains("0 active");
  }

  @Test
  void an_unknown_command_is_never_said_and_two_slashes_say_one() {
    c.enter("/frobnicate now");
    assertThat(c.sent()).isEmpty();
    assertThat(c.model.ui().editor().text()).isEqualTo("/frobnicate now");
    assertThat(lastNote()).contains("no command /frobnicate");
    c.press(Key.control('u')).enter("//slash");
    assertThat(c.model.outbox().pending().getFirst().command())
        .isEqualTo(new Command.Say("id-1", "ann", "general", "/slash"));
  }

  @Test
  void leaving_with_uncommitted_lines_is_asked_twice() {
    c.enter("one").enter("/quit");
    assertThat(c.commands).doesNotContain(new Cmd.Quit());
    assertThat(lastNote()).startsWith("1 line isn't committed yet");
    c.enter("/quit");
    assertThat(c.commands).contains(new Cmd.Quit());
  }

  private static Msg.Recalled recalled(Pending... lines) {
    return new Msg.Recalled(List.of(lines), List.of(), true);
  }

  private static Pending kept(String id, String text) {
    return Pending.kept(
        new Command.Say(id, "ann", "general", text), id.endsWith("?"), Optional.empty());
  }

  @Test
  void leaving_with_lines_that_are_kept_needs_no_asking_but_is_told() {
    c.send(recalled()).enter("one").enter("two").enter("/quit");
    assertThat(c.commands).contains(new Cmd.Quit());
    assertThat(Outgoing.farewell(c.model))
        .contains("2 lines aren't committed yet; kept, and sent when you are back as ann");
  }

  @Test
  void a_deletion_is_not_kept_so_leaving_with_one_is_asked_twice() {
    c.send(recalled()).enter("/delete-room ops").enter("/quit");
    assertThat(c.commands).doesNotContain(new Cmd.Quit());
    assertThat(c.model.outbox().kept()).isEmpty();
  }

  @Test
  void lines_of_an_earlier_time_are_gray_again_and_go_out_first_with_their_ids() {
    Conversation fresh = new Conversation(Optional.of("ann"), 80, 24);
    fresh.send(recalled(kept("old-1?", "first"), kept("old-2", "second"))).enter("third");
    assertThat(fresh.screen())
        .containsPattern("\\? you +first")
        .containsPattern("~ you +second")
        .contains("2 lines from last time aren't committed yet");
    assertThat(fresh.sent()).isEmpty();
    fresh.connect();
    fresh.answered("old-1?", new Outcome.Committed(7, false));
    fresh.answered("old-2", new Outcome.Committed(8, false));
    assertThat(fresh.sent()).containsExactly("old-1?", "old-2", "id-1");
  }

  @Test
  void a_kept_line_that_is_in_the_log_already_is_not_sent_again() {
    Conversation fresh = new Conversation(Optional.of("ann"), 80, 24);
    fresh.send(recalled(kept("old-1?", "first")));
    fresh.stream(
        new StreamEvent.Snapshot(
            5,
            List.of(new Room("general", Conversation.START)),
            List.of(
                new ChatEvent(
                    4,
                    ChatEvent.Type.CHAT,
                    "ann",
                    "first",
                    "general",
                    "old-1?",
                    Conversation.START))));
    fresh.connect();
    assertThat(fresh.sent()).isEmpty();
    assertThat(fresh.model.outbox().pending()).isEmpty();
  }

  @Test
  void a_kept_line_that_was_committed_long_ago_is_told_and_not_shown_as_if_said_now() {
    c.said("bob", "general", "today");
    c.send(recalled(kept("old-1?", "first")));
    c.answered("old-1?", new Outcome.Committed(1, true));
    assertThat(texts("general"))
        .containsExactly(
            "today",
            "1 line from last time isn't committed yet",
            "committed before, as entry 1: first");
  }

  @Test
  void what_is_under_way_is_kept_as_maybe_committed_and_what_was_rejected_with_its_reason() {
    c.enter("one").enter("two");
    assertThat(c.model.outbox().kept())
        .extracting(Pending::mayBeCommitted)
        .containsExactly(true, false);
    c.answered("id-1", new Outcome.Rejected("x", "no"));
    assertThat(c.model.outbox().kept().getFirst().rejection()).contains("no");
  }

  @Test
  void when_lines_can_not_be_kept_it_is_told_and_leaving_asks_again() {
    c.send(recalled()).send(new Msg.Keeping(Optional.of("disk full"))).enter("one");
    assertThat(lastNote()).isEqualTo("lines can't be kept, leaving loses them: disk full");
    c.enter("/quit");
    assertThat(c.commands).doesNotContain(new Cmd.Quit());
    c.send(new Msg.Keeping(Optional.empty()));
    assertThat(lastNote()).isEqualTo("lines are kept again");
  }

  private static SearchOutcome found(String... texts) {
    return new SearchOutcome.Found(
        Arrays.stream(texts)
            .map(text -> new SearchOutcome.Hit(1, "#ops", "bob", text, Conversation.START))
            .toList());
  }

  @Test
  void a_search_opens_a_page_that_fills_when_a_node_answers() {
    c.enter("/search red fish");
    assertThat(c.commands).contains(new Cmd.Search("red fish"));
    assertThat(c.screen()).contains("SEARCH red fish").contains("searching ...");
    c.send(new Msg.Searched("red fish", found("a red fish")));
    assertThat(c.screen()).contains("one line").contains("#ops bob").contains("  a red fish");
    c.press(Key.Name.ESCAPE);
    assertThat(c.model.ui().mode()).isEqualTo(new Mode.Typing());
  }

  @Test
  void who_goes_on_writing_isnt_disturbed_by_what_a_search_finds() {
    c.enter("/search fish").type("hello");
    c.send(new Msg.Searched("fish", found("fish")));
    assertThat(c.model.ui().mode()).isEqualTo(new Mode.Typing());
    assertThat(c.model.ui().editor().text()).isEqualTo("hello");
  }

  @Test
  void what_was_found_scrolls_to_its_end_and_not_further() {
    String[] texts = new String[40];
    Arrays.setAll(texts, i -> "line " + (i + 1) + ".");
    c.enter("/search line").send(new Msg.Searched("line", found(texts)));
    assertThat(c.screen()).contains("40 lines").contains("line 1.").doesNotContain("line 40.");
    for (int i = 0; i < 10; i++) {
      c.press(Key.Name.PAGE_DOWN);
    }
    assertThat(c.screen()).contains("line 40.").doesNotContain("line 1.");
    c.press(Key.Name.UP).press(Key.Name.UP);
    assertThat(c.screen()).doesNotContain("line 40.");
  }

  @Test
  void a_search_that_fails_says_why() {
    c.enter("/search").enter("/search fish");
    c.send(new Msg.Searched("fish", new SearchOutcome.Failed("127.0.0.1:9000 refused")));
    assertThat(c.screen()).contains("can't search: 127.0.0.1:9000 refused");
  }

  @Test
  void the_first_control_c_clears_and_two_more_leave() {
    c.type("draft").press(Key.control('c'));
    assertThat(c.model.ui().editor().isEmpty()).isTrue();
    c.press(Key.control('c')).pass(Duration.ofSeconds(20)).press(Key.control('c'));
    assertThat(c.commands).doesNotContain(new Cmd.Quit());
    c.press(Key.control('c'));
    assertThat(c.commands).contains(new Cmd.Quit());
  }

  @Test
  void a_large_paste_asks_first_and_is_one_message() {
    c.send(new Msg.Pasted("line\n".repeat(500)));
    assertThat(c.screen()).contains("insert 500 pasted lines as one message? y/n");
    c.type("n");
    assertThat(c.model.ui().editor().isEmpty()).isTrue();
    c.send(new Msg.Pasted("a\nb\n"));
    assertThat(c.model.ui().editor().text()).isEqualTo("a\nb");
    assertThat(c.sent()).isEmpty();
  }

  @Test
  void a_paste_that_is_too_long_for_one_message_is_said_in_several_and_whole() {
    String line = "\ud83d\ude00 a line of a log that goes on for a while\n";
    String text = line.repeat(500) + "x".repeat(9_000);
    c.send(new Msg.Pasted(text));
    assertThat(c.screen()).contains("say 501 pasted lines as 9 messages? y/n");
    c.press(Key.Name.ENTER).type("y");
    List<String> said =
        c.model.outbox().pending().stream().map(p -> ((Command.Say) p.command()).text()).toList();
    assertThat(said).hasSize(9).allMatch(t -> t.length() <= 4_096);
    assertThat(String.join("", said).replace("\n", "")).isEqualTo(text.replace("\n", ""));
  }

  @Test
  void what_is_being_typed_stays_in_its_room() {
    c.type("for general").press(Key.alt("2"));
    assertThat(c.model.ui().editor().isEmpty()).isTrue();
    c.type("for ops").press(Key.control('n'));
    assertThat(c.model.ui().editor().text()).isEqualTo("for general");
  }

  @Test
  void names_commands_and_rooms_are_completed() {
    c.said("bobby", "general", "hi").said("bert", "general", "hi");
    c.type("b").press(Key.Name.TAB);
    assertThat(c.model.ui().editor().text()).isEqualTo("bert: ");
    c.press(Key.Name.TAB);
    assertThat(c.model.ui().editor().text()).isEqualTo("bobby: ");
    c.press(Key.control('u')).type("/jo").press(Key.Name.TAB).type("o").press(Key.Name.TAB);
    assertThat(c.model.ui().editor().text()).isEqualTo("/join ops");
  }

  @Test
  void lines_typed_before_come_back_and_the_draft_does_too() {
    c.enter("one").enter("two").type("dra");
    c.press(Key.Name.UP).press(Key.Name.UP).press(Key.Name.UP);
    assertThat(c.model.ui().editor().text()).isEqualTo("one");
    c.press(Key.Name.DOWN).press(Key.Name.DOWN).press(Key.Name.DOWN);
    assertThat(c.model.ui().editor().text()).isEqualTo("dra");
  }

  @Test
  void a_name_is_asked_for_checked_and_kept() {
    Conversation fresh = new Conversation(Optional.empty(), 80, 24).connect();
    fresh.enter("two words");
    assertThat(fresh.model.me()).isEmpty();
    fresh.press(Key.control('u')).enter("zoe");
    assertThat(fresh.model.me()).contains("zoe");
    assertThat(fresh.commands).contains(new Cmd.Remember("zoe"), new Cmd.Recall("zoe"));
  }

  @Test
  void a_serving_node_that_hangs_while_others_answer_is_left() {
    c.polled(Optional.of("node1"), 3);
    assertThat(c.commands).doesNotContain(new Cmd.Reconnect(Optional.empty()));
    c.stream(new StreamEvent.Heartbeat("node2", Optional.of("node2"), 7, 0, 0));
    c.pass(Duration.ofSeconds(3)).polled(Optional.of("node1"), 3);
    assertThat(c.commands).contains(new Cmd.Reconnect(Optional.empty()));
  }

  @Test
  void a_serving_node_without_a_leader_is_left_when_another_has_one() {
    c.heartbeat(Optional.empty()).pass(Duration.ofMillis(500)).polled(Optional.of("node1"), 3);
    assertThat(c.commands).doesNotContain(new Cmd.Reconnect(Optional.empty()));
    c.pass(Duration.ofSeconds(3)).polled(Optional.of("node1"), 3);
    assertThat(c.commands).contains(new Cmd.Reconnect(Optional.empty()));
  }

  @Test
  void a_calm_cluster_is_asked_seldom() {
    c.commands.clear();
    c.pass(Duration.ofSeconds(1));
    for (int i = 0; i < 60; i++) {
      c.pass(Duration.ofSeconds(1));
    }
    assertThat(c.commands.stream().filter(new Cmd.Poll()::equals).count()).isBetween(6L, 8L);
  }
}
