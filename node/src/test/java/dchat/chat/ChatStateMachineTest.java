package dchat.chat;

import static dchat.chat.ChatFixture.T0;
import static dchat.chat.ChatFixture.add;
import static dchat.chat.ChatFixture.delete;
import static dchat.chat.ChatFixture.entry;
import static dchat.chat.ChatFixture.noOp;
import static dchat.chat.ChatFixture.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import dchat.raft.LogEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatStateMachineTest {
  @TempDir Path folder;
  private ChatFixture node;

  @BeforeEach
  void open() {
    node = fixture(folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  ChatFixture fixture(Path folder) {
    return new ChatFixture(folder);
  }

  @Test
  void a_line_is_an_event_at_the_index_and_time_of_its_entry() {
    assertThat(node.commit(say("1", "general", "hello"))).containsExactly(new Accepted(1, false));
    assertThat(node.announced)
        .containsExactly(
            new ChatEvent(
                1, ChatEvent.Type.CHAT, "1", "ann", "general", Optional.of("hello"), T0 + 1));
  }

  @Test
  void the_same_command_again_gets_its_first_index_and_happens_once() {
    assertThat(node.commit(say("1", "general", "hello"), say("1", "general", "hello")))
        .containsExactly(new Accepted(1, false), new Accepted(1, true));
    node.reopen();
    assertThat(node.commit(say("1", "general", "hello"))).containsExactly(new Accepted(1, true));
    assertThat(node.announced).hasSize(1);
  }

  @Test
  void a_repetition_amid_new_commands_is_all_that_does_not_happen_again() throws Exception {
    node.commit(say("1", "general", "hello"));
    ChatCommand[] batch = {
      say("2", "general", "a"),
      add("3", "ops"),
      say("1", "general", "hello"),
      say("4", "ops", "b"),
      say("2", "general", "a"),
      say("5", "nowhere", "c")
    };
    assertThat(node.commit(batch))
        .containsExactly(
            new Accepted(2, false),
            new Accepted(3, false),
            new Accepted(1, true),
            new Accepted(5, false),
            new Accepted(2, true),
            new Rejected(Reason.UNKNOWN_ROOM));
    assertThat(node.announced).extracting(ChatEvent::id).containsExactly("1", "2", "3", "4");
    assertThat(node.rows("chat_event")).hasSize(4);
    assertThat(node.chat.lastAppliedIndex()).isEqualTo(7);
  }

  @Test
  void the_same_id_with_other_content_is_rejected() {
    node.commit(say("1", "general", "hello"));
    assertThat(node.commit(say("1", "general", "other"), add("1", "general"), add("1", "ops")))
        .containsOnly(new Rejected(Reason.ID_REUSED));
    assertThat(node.commit(new ChatCommand.Chat("1", "bob", "hello", "general")))
        .containsExactly(new Rejected(Reason.ID_REUSED));
  }

  @Test
  void a_repetition_is_recognised_even_if_it_could_not_be_done_any_more() {
    node.commit(add("1", "ops"), say("2", "ops", "hello"), delete("3", "ops"));
    assertThat(node.commit(say("2", "ops", "hello"), delete("3", "ops"), add("1", "ops")))
        .containsExactly(new Accepted(2, true), new Accepted(3, true), new Accepted(1, true));
    assertThat(node.chat.view().rooms()).containsOnlyKeys("general");
  }

  @Test
  void rooms_follow_their_rules() {
    assertThat(
            node.commit(
                say("1", "ops", "too early"),
                add("2", "ops"),
                add("3", "ops"),
                say("4", "ops", "hello"),
                delete("5", "docs"),
                delete("6", "general"),
                add("7", "general"),
                delete("8", "ops"),
                say("9", "ops", "too late")))
        .containsExactly(
            new Rejected(Reason.UNKNOWN_ROOM),
            new Accepted(2, false),
            new Rejected(Reason.ROOM_EXISTS),
            new Accepted(4, false),
            new Rejected(Reason.UNKNOWN_ROOM),
            new Rejected(Reason.ROOM_PROTECTED),
            new Rejected(Reason.ROOM_EXISTS),
            new Accepted(8, false),
            new Rejected(Reason.UNKNOWN_ROOM));
  }

  @Test
  void a_rejected_command_leaves_its_id_free() {
    node.commit(say("1", "ops", "hello"), add("2", "ops"));
    assertThat(node.commit(say("1", "ops", "hello"))).containsExactly(new Accepted(3, false));
  }

  @Test
  void bytes_that_are_no_command_are_rejected_and_passed() {
    assertThat(
            node.apply(
                List.of(
                    entry(1, new byte[0]),
                    entry(2, new byte[] {2, 1, 2}),
                    entry(3, ChatCodec.encode(say("1", "general", "hello"))))))
        .containsExactly(
            new Rejected(Reason.MALFORMED), new Rejected(Reason.MALFORMED), new Accepted(3, false));
  }

  @Test
  void a_command_of_a_later_version_is_waited_with_and_not_passed_over() {
    LogEntry later = entry(1, new byte[] {3, 1, 2});
    assertThatThrownBy(() -> node.apply(List.of(later)))
        .isInstanceOf(ChatStorageException.class)
        .hasMessage("entry 1 was written by a later version: upgrade this node");
    assertThat(node.chat.lastAppliedIndex()).isZero();
  }

  @Test
  void entries_that_are_no_commands_only_move_the_index() {
    List<byte[]> results = node.chat.apply(List.of(noOp(1), noOp(2)));
    assertThat(results).containsExactly(new byte[0], new byte[0]);
    assertThat(node.chat.lastAppliedIndex()).isEqualTo(2);
    assertThat(node.queries.appliedIndex()).isEqualTo(2);
    assertThat(node.announced).isEmpty();
  }

  @Test
  void general_is_as_old_as_the_log() {
    node.chat.apply(List.of(noOp(1)));
    node.chat.apply(List.of(noOp(2)));
    assertThat(node.chat.view().rooms().get("general")).isEqualTo(new Room("general", 0, T0 + 1));
    node.reopen();
    assertThat(node.chat.view().rooms().get("general")).isEqualTo(new Room("general", 0, T0 + 1));
  }

  @Test
  void the_view_after_opening_is_the_view_before_closing() {
    node.commit(add("1", "ops"), add("2", "docs"), delete("3", "ops"));
    node.chat.apply(List.of(new LogEntry(4, 9, T0, LogEntry.Kind.CONFIGURATION, new byte[] {1})));
    ChatView before = node.chat.view();
    assertThat(before.appliedTerm()).isEqualTo(9);
    node.reopen();
    assertThat(node.chat.view()).isEqualTo(before);
  }

  @Test
  void a_batch_that_can_not_be_stored_leaves_no_trace_and_can_be_applied_again() throws Exception {
    node.commit(say("0", "general", "before"));
    String before = node.stateHash();
    node.sql("CREATE UNIQUE INDEX in_the_way ON chat_event (text)");
    ChatCommand[] batch = {
      say("1", "general", "first"), add("2", "ops"), say("3", "general", "before")
    };
    assertThatThrownBy(() -> node.commit(batch))
        .isInstanceOf(ChatStorageException.class)
        .hasMessageMatching("(?is).*unique constraint.*");
    assertThat(node.stateHash()).isEqualTo(before);
    assertThat(node.chat.lastAppliedIndex()).isEqualTo(1);
    assertThat(node.chat.view().rooms()).containsOnlyKeys("general");
    assertThat(node.announced).hasSize(1);

    node.sql("DROP INDEX in_the_way");
    assertThat(node.commit(batch))
        .containsExactly(new Accepted(2, false), new Accepted(3, false), new Accepted(4, false));
    assertThat(node.announced).hasSize(4);
    assertThat(node.resets).isEmpty();
  }

  @Test
  void an_entry_out_of_turn_is_refused() {
    node.commit(say("1", "general", "hello"));
    assertThatThrownBy(() -> node.chat.apply(List.of(noOp(3))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> node.chat.apply(List.of(noOp(2), noOp(4))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(node.chat.lastAppliedIndex()).isEqualTo(1);
    assertThat(node.commit(say("2", "general", "on"))).containsExactly(new Accepted(2, false));
  }
}
