package dchat.chat;

import static dchat.chat.ChatFixture.T0;
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

/** Accounts and sessions as the state machine keeps them. */
class PeopleTest {
  private static final long IDLE = 1_000_000;
  private static final long TOTAL = 3_000_000;

  @TempDir Path folder;
  private ChatFixture node;
  private long ann;

  @BeforeEach
  void open() {
    node = fixture(folder);
    ann = accepted(apply(register("r1", "ann")));
  }

  @AfterEach
  void close() {
    node.close();
  }

  ChatFixture fixture(Path folder) {
    return new ChatFixture(folder);
  }

  @Test
  void a_name_is_registered_once_however_its_letters_are_cased() {
    assertThat(apply(register("r2", "Ann"))).isEqualTo(new Rejected(Reason.NAME_TAKEN));
    assertThat(node.chat.people().named("ANN").orElseThrow().name()).isEqualTo("ann");
    assertThat(node.chat.people().namesBeginningWith("aN", 9)).containsExactly("ann");
  }

  @Test
  void the_same_registration_again_is_a_repetition_and_another_password_is_not() {
    assertThat(apply(register("r1", "ann"))).isEqualTo(new Accepted(ann, true));
    assertThat(apply(new PeopleCommand.Register("r1", "ann", "other")))
        .isEqualTo(new Rejected(Reason.ID_REUSED));
  }

  @Test
  void from_its_registration_on_a_name_is_its_holders() {
    assertThat(apply(say("1", "general", "a guest")))
        .isEqualTo(new Rejected(Reason.NAME_REGISTERED));
    assertThat(apply(new ChatCommand.Chat("2", "ANN", "a guest", "general")))
        .isEqualTo(new Rejected(Reason.NAME_REGISTERED));
    Seat seat = logIn("l1", "t1", false);
    accepted(apply(new PeopleCommand.AsMember(seat, say("3", "general", "me"))));
    assertThat(node.announced.getLast().standing()).isEqualTo(ChatEvent.Standing.MEMBER);
    assertThat(
            apply(
                new PeopleCommand.AsMember(
                    seat, new ChatCommand.Chat("4", "bob", "me", "general"))))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));
  }

  @Test
  void what_a_guest_said_before_the_name_was_registered_stays_a_guests() {
    accepted(apply(new ChatCommand.Chat("1", "bob", "hello", "general")));
    apply(register("r2", "bob"));
    assertThat(apply(new ChatCommand.Chat("1", "bob", "hello", "general")))
        .as("a repetition gets its first outcome")
        .isInstanceOfSatisfying(Accepted.class, again -> assertThat(again.replayed()).isTrue());
    assertThat(events().getFirst().standing()).isEqualTo(ChatEvent.Standing.GUEST);
  }

  @Test
  void one_session_at_a_time_unless_the_other_is_taken_over() {
    Seat first = logIn("l1", "t1", false);
    assertThat(apply(login("l2", "t2", false))).isEqualTo(new Rejected(Reason.ALREADY_LOGGED_IN));
    Seat second = logIn("l2", "t2", true);
    assertThat(apply(new PeopleCommand.AsMember(first, say("1", "general", "old"))))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));
    accepted(apply(new PeopleCommand.AsMember(second, say("2", "general", "new"))));
    assertThat(node.chat.people().withToken("t1").orElseThrow().ended().orElseThrow().how())
        .isEqualTo(Session.End.SUPERSEDED);
  }

  @Test
  void the_same_request_again_replaces_the_session_whose_token_may_be_lost() {
    logIn("l1", "t1", false);
    Seat again = logIn("l1", "t2", false);
    accepted(apply(new PeopleCommand.AsMember(again, say("1", "general", "here"))));
  }

  @Test
  void a_session_ends_without_use_and_in_any_case() {
    Seat seat = logIn("l1", "t1", false);
    long began = T0 + node.chat.lastAppliedIndex();
    accepted(applyAt(began + IDLE - 1, new PeopleCommand.KeepAlive(seat)));
    accepted(applyAt(began + 2 * IDLE - 2, new PeopleCommand.KeepAlive(seat)));
    accepted(applyAt(began + 3 * IDLE - 3, new PeopleCommand.KeepAlive(seat)));
    assertThat(applyAt(began + TOTAL, new PeopleCommand.KeepAlive(seat)))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));

    Seat next = new Seat(ann, accepted(applyAt(began + TOTAL + 1, login("l2", "t2", false))));
    assertThat(applyAt(began + TOTAL + 1 + IDLE, new PeopleCommand.KeepAlive(next)))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));
  }

  @Test
  void speaking_keeps_a_session_alive() {
    Seat seat = logIn("l1", "t1", false);
    long at = T0 + node.chat.lastAppliedIndex();
    for (int i = 1; i < 8; i++) {
      at += IDLE / 3;
      accepted(applyAt(at, new PeopleCommand.AsMember(seat, say("m" + i, "general", "hi"))));
    }
  }

  @Test
  void a_password_that_was_changed_meanwhile_opens_nothing() {
    Seat seat = logIn("l1", "t1", false);
    var change = new PeopleCommand.ChangePassword("c1", seat, ann, "phc2");
    long changed = accepted(apply(change));
    assertThat(apply(change)).isEqualTo(new Accepted(changed, true));
    assertThat(apply(login("l2", "t2", true))).isEqualTo(new Rejected(Reason.BAD_CREDENTIALS));
    assertThat(apply(new PeopleCommand.DeleteAccount(seat, ann)))
        .isEqualTo(new Rejected(Reason.BAD_CREDENTIALS));
    assertThat(node.queries.password(ann)).contains("phc2");
  }

  @Test
  void a_deleted_account_speaks_no_more_and_its_lines_stay_marked() throws Exception {
    Seat seat = logIn("l1", "t1", false);
    accepted(apply(new PeopleCommand.AsMember(seat, say("1", "general", "farewell"))));
    accepted(apply(new PeopleCommand.DeleteAccount(seat, ann)));
    assertThat(apply(new PeopleCommand.AsMember(seat, say("2", "general", "boo"))))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));
    assertThat(events().getFirst().standing()).isEqualTo(ChatEvent.Standing.GONE);
    assertThat(node.rows("chat_password")).isEmpty();
    assertThat(node.chat.people().withToken("t1")).isEmpty();

    long other = accepted(apply(register("r9", "ann")));
    assertThat(other).isNotEqualTo(ann);
    assertThat(events().getFirst().standing())
        .as("the next holder of the name hasn't said it")
        .isEqualTo(ChatEvent.Standing.GONE);
    assertThat(apply(new PeopleCommand.AsMember(seat, say("3", "general", "boo"))))
        .isEqualTo(new Rejected(Reason.SESSION_ENDED));
  }

  @Test
  void everything_is_the_same_after_a_restart() {
    logIn("l1", "t1", false);
    logIn("l2", "t2", true);
    apply(new PeopleCommand.PasswordFailed(ann));
    Account before = node.chat.people().named("ann").orElseThrow();
    node.reopen();
    assertThat(node.chat.people().named("ann")).contains(before);
    assertThat(node.chat.people().withToken("t1")).contains(before);
    assertThat(node.chat.people().withToken("t2")).contains(before);
    assertThat(before.failures()).isEqualTo(1);
  }

  @Test
  void a_batch_that_can_not_be_stored_registers_nobody() throws Exception {
    node.apply(
        List.of(
            ChatFixture.entry(
                node.chat.lastAppliedIndex() + 1,
                new ChatCommand.Chat("0", "cat", "x", "general").encoded())));
    node.sql("CREATE UNIQUE INDEX in_the_way ON chat_event (text)");
    long index = node.chat.lastAppliedIndex();
    List<LogEntry> batch =
        List.of(
            ChatFixture.entry(index + 1, register("r2", "bob").encoded()),
            ChatFixture.entry(
                index + 2, new ChatCommand.Chat("1", "cat", "x", "general").encoded()));
    assertThatThrownBy(() -> node.apply(batch)).isInstanceOf(ChatStorageException.class);
    assertThat(node.chat.people().named("bob")).isEmpty();
    node.sql("DROP INDEX in_the_way");
    assertThat(node.apply(batch)).allMatch(Accepted.class::isInstance);
    assertThat(node.chat.people().named("bob")).isPresent();
  }

  private static PeopleCommand.Register register(String id, String name) {
    return new PeopleCommand.Register(id, name, "phc of " + name);
  }

  private PeopleCommand.LogIn login(String id, String token, boolean takeover) {
    return new PeopleCommand.LogIn(id, ann, ann, token, takeover, IDLE, TOTAL, Optional.empty());
  }

  private Seat logIn(String id, String token, boolean takeover) {
    return new Seat(ann, accepted(apply(login(id, token, takeover))));
  }

  private List<ChatEvent> events() {
    return node.queries.page(node.queries.history(0), 100);
  }

  private static long accepted(ChatResult result) {
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).index();
  }

  private ChatResult apply(LogCommand command) {
    return applyAt(T0 + node.chat.lastAppliedIndex() + 1, command);
  }

  private ChatResult applyAt(long millis, LogCommand command) {
    long index = node.chat.lastAppliedIndex() + 1;
    return node.apply(
            List.of(new LogEntry(index, 1, millis, LogEntry.Kind.COMMAND, command.encoded())))
        .getFirst();
  }
}
