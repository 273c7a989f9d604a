package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.Outcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SigningInTest {
  private static final Session SESSION = new Session("ann", "secret-token");
  private static final String PASSWORD = "correct horse";

  private final Conversation c = Conversation.live(80, 24, "ops");

  private <T extends Cmd> T last(Class<T> kind) {
    return kind.cast(c.commands.reversed().stream().filter(kind::isInstance).findFirst().get());
  }

  private long count(Class<? extends Cmd> kind) {
    return c.commands.stream().filter(kind::isInstance).count();
  }

  private void ended(SignInOutcome outcome) {
    c.send(new Msg.SignInEnded("ann", new Secret(PASSWORD), outcome));
  }

  private void superseded() {
    c.stream(
        new StreamEvent.SessionOver(
            c.model.identity().signedIn(), "session-superseded", "taken over"));
  }

  private String lastNote() {
    return c.model.chat().currentRoom().lines().getLast().text();
  }

  @Test
  void a_password_is_shown_nowhere_and_kept_nowhere() {
    c.enter("/login").type("correct").type(" ").type("horse");
    assertThat(c.screen()).contains("password of ann> *************").doesNotContain("horse");
    assertThat(c.model.toString()).doesNotContain("horse");
    c.press(Key.Name.ENTER);
    Cmd.SignIn asked = last(Cmd.SignIn.class);
    assertThat(asked.password().password()).isEqualTo(PASSWORD);
    assertThat(asked.toString()).doesNotContain("horse");
    assertThat(c.model.toString()).doesNotContain("horse");
    assertThat(c.model.ui().history().lines()).containsExactly("/login");
    c.press(Key.Name.UP).press(Key.control('y'));
    assertThat(c.model.ui().editor().text()).isEqualTo("/login");
  }

  @Test
  void asking_for_a_password_leaves_what_was_being_typed_alone() {
    c.type("half a line");
    c.send(new Msg.NamesFound("ann", Cmd.Why.WELCOME, Optional.of(List.of("ann", "anna"))));
    assertThat(c.model.ui().mode()).isEqualTo(new Mode.Typing());
    assertThat(c.model.ui().editor().text()).isEqualTo("half a line");
    assertThat(c.statusLine()).contains("NAME IS REGISTERED");
  }

  @Test
  void whoever_gives_a_registered_name_is_asked_for_its_password() {
    Conversation first = new Conversation(Optional.empty(), 80, 24);
    first.enter("/users al");
    assertThat(first.commands).contains(new Cmd.FindNames("al", Cmd.Why.LIST));
    first.enter("alice");
    assertThat(first.commands).contains(new Cmd.FindNames("alice", Cmd.Why.WELCOME));
    first.send(new Msg.NamesFound("alice", Cmd.Why.WELCOME, Optional.of(List.of("alice"))));
    assertThat(first.screen()).contains("password of alice>");
  }

  @Test
  void a_name_that_is_free_and_a_cluster_that_does_not_answer_let_the_guest_speak() {
    c.send(new Msg.NamesFound("ann", Cmd.Why.WELCOME, Optional.of(List.of("anna"))));
    c.send(new Msg.NamesFound("ann", Cmd.Why.WELCOME, Optional.empty()));
    c.enter("hello");
    assertThat(c.sent()).hasSize(1);
  }

  @Test
  void who_is_signed_in_uses_the_session_from_then_on_and_it_is_kept() {
    ended(new SignInOutcome.SignedIn(SESSION));
    assertThat(c.commands).contains(new Cmd.Use("ann", Optional.of(SESSION)));
    assertThat(c.model.toString()).doesNotContain("secret-token");
    assertThat(lastNote()).isEqualTo("you are signed in as ann");
  }

  @Test
  void a_new_password_is_asked_for_twice_and_two_different_ones_are_none() {
    c.enter("/register").enter("correct horse").enter("correct house");
    assertThat(count(Cmd.SignIn.class)).isZero();
    assertThat(c.screen()).contains("two different passwords").contains("password for ann>");
    c.enter(PASSWORD).enter(PASSWORD);
    assertThat(last(Cmd.SignIn.class).register()).isTrue();
  }

  @Test
  void a_wrong_password_is_asked_for_again_and_a_bad_one_for_another() {
    ended(new SignInOutcome.Refused("bad-credentials", "don't belong together"));
    assertThat(c.screen()).contains("don't belong together").contains("password of ann>");
    c.press(Key.Name.ESCAPE);
    ended(new SignInOutcome.Refused("common-password", "too easily guessed"));
    assertThat(c.screen()).contains("password for ann>");
  }

  @Test
  void another_device_is_signed_out_only_after_a_yes() {
    ended(new SignInOutcome.Elsewhere());
    assertThat(c.screen()).contains("ann is signed in on another device. Take over? y/n");
    c.type("x").press(Key.Name.ENTER);
    assertThat(count(Cmd.SignIn.class)).isZero();
    c.type("y");
    assertThat(last(Cmd.SignIn.class).takeover()).isTrue();
  }

  @Test
  void when_another_device_takes_over_everything_typed_is_kept_until_this_one_is_back() {
    c.signedIn(SESSION).enter("under way");
    c.type("half a line");
    superseded();
    assertThat(c.statusLine()).startsWith(" SESSION TAKEN OVER");
    assertThat(c.commands).contains(new Cmd.Use("ann", Optional.empty()));
    assertThat(c.model.ui().editor().text()).isEqualTo("half a line");

    c.answered("id-1", new Outcome.Rejected("session-superseded", "taken over"));
    c.press(Key.Name.ENTER).pass(Duration.ofSeconds(10));
    assertThat(c.sent()).containsExactly("id-1");
    assertThat(c.screen())
        .containsPattern("~ you +under way")
        .containsPattern("~ you +half a line")
        .contains("kept until you sign in")
        .doesNotContain("/retry");

    c.signedIn(SESSION).answered("id-1", new Outcome.Committed(9, false));
    assertThat(c.sent()).containsExactly("id-1", "id-1", "id-2");
  }

  @Test
  void a_takeover_stays_one_where_guests_get_nothing() {
    c.signedIn(SESSION);
    superseded();
    c.stream(new StreamEvent.SessionOver(Optional.empty(), "sign-in-required", "Sign in first."));
    assertThat(c.statusLine()).startsWith(" SESSION TAKEN OVER");
  }

  @Test
  void the_end_of_a_session_that_is_not_used_any_more_means_nothing() {
    c.signedIn(SESSION);
    c.stream(
        new StreamEvent.SessionOver(
            Optional.of(new Session("ann", "older")), "session-superseded", "taken over"));
    assertThat(c.model.identity().maySend()).isTrue();
  }

  @Test
  void a_refusal_from_before_the_sign_in_locks_nothing() {
    c.enter("under way").pass(Duration.ofSeconds(1)).signedIn(SESSION);
    c.answered("id-1", new Outcome.Rejected("name-registered", "sign in"));
    assertThat(c.model.identity().maySend()).isTrue();
    assertThat(c.sent()).containsExactly("id-1", "id-1");
  }

  @Test
  void a_guest_whose_name_somebody_registered_keeps_the_line_and_may_take_another_name() {
    c.enter("hello").answered("id-1", new Outcome.Rejected("name-registered", "sign in"));
    assertThat(c.statusLine()).startsWith(" NAME IS REGISTERED");
    assertThat(c.screen()).containsPattern("~ you +hello");
    c.enter("/name bea");
    assertThat(c.model.identity()).isEqualTo(new Identity.Guest());
  }

  @Test
  void another_name_sees_nothing_of_what_passed_between_two() {
    c.signedIn(SESSION).wrote("bob", "ann", "psst").enter("/dm bob");
    superseded();
    assertThat(c.screen()).contains("psst");
    c.enter("/name bea");
    assertThat(c.screen()).doesNotContain("psst").doesNotContain("@bob");
  }

  @Test
  void a_cluster_without_guests_says_so_and_nothing_is_lost() {
    c.stream(new StreamEvent.SessionOver(Optional.empty(), "sign-in-required", "Sign in first."));
    c.enter("kept");
    assertThat(c.statusLine()).startsWith(" NOT SIGNED IN (/login, /register)");
    c.send(new Msg.NamesFound("ann", Cmd.Why.WELCOME, Optional.of(List.of())));
    assertThat(lastNote()).isEqualTo("ann isn't registered yet: /register makes it yours");
    assertThat(c.sent()).isEmpty();
    assertThat(c.model.outbox().kept()).hasSize(1);
  }

  @Test
  void signing_out_ends_the_session_and_takes_direct_messages_off_the_screen() {
    c.signedIn(SESSION).wrote("bob", "ann", "psst").enter("/dm bob");
    c.enter("/logout");
    assertThat(c.commands).contains(new Cmd.SignOut(SESSION), new Cmd.Use("ann", Optional.empty()));
    assertThat(c.screen()).doesNotContain("psst").doesNotContain("@bob").contains("SIGNED OUT");
    c.happened(ChatEvent.Type.CHAT, "bob", "general", "public", "x");
    assertThat(c.screen()).contains("public");
  }

  @Test
  void the_end_of_the_account_takes_the_password_and_makes_a_guest() {
    c.signedIn(SESSION).enter("/delete-account").enter(PASSWORD);
    assertThat(last(Cmd.DeleteAccount.class).session()).isEqualTo(SESSION);
    c.send(new Msg.AccountChanged(Msg.AccountChange.DELETED, new Outcome.Unknown("timeout")));
    assertThat(lastNote()).contains("nobody can say");
    c.send(new Msg.AccountChanged(Msg.AccountChange.DELETED, new Outcome.Committed(7, false)));
    assertThat(c.model.identity()).isEqualTo(new Identity.Guest());
  }

  @Test
  void another_password_takes_the_old_one_and_twice_the_new_one() {
    c.signedIn(SESSION).enter("/passwd").enter("old one").enter("new one").enter("new one");
    Cmd.ChangePassword change = last(Cmd.ChangePassword.class);
    assertThat(change.old().password()).isEqualTo("old one");
    assertThat(change.fresh().password()).isEqualTo("new one");
  }
}
