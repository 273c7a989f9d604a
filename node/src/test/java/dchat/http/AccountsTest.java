package dchat.http;

import static dchat.http.Person.PASSWORD;
import static dchat.http.Person.ask;
import static dchat.http.Person.credentials;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.PeopleCommand;
import dchat.chat.Seat;
import dchat.http.HttpFixture.Reply;
import dchat.raft.RaftActor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registering, signing in and leaving, over HTTP. */
class AccountsTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void open() throws Exception {
    node = new HttpFixture(KIT, folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void an_account_is_made_once_and_its_name_can_be_found() {
    Reply made = register("ann", PASSWORD);
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("name").asText()).isEqualTo("ann");
    assertThat(register("Ann", PASSWORD).code()).isEqualTo("name-taken");
    assertThat(node.get("/v1/accounts?prefix=AN").body()).isEqualTo("{\"names\":[\"ann\"]}");
    assertThat(node.get("/v1/accounts?prefix=a").code()).isEqualTo("invalid-parameter");
  }

  @Test
  void a_taken_name_does_not_enter_the_log() {
    register("ann", PASSWORD);
    int before = node.proposed.size();
    assertThat(register("ann", PASSWORD).status()).isEqualTo(409);
    assertThat(node.proposed).hasSize(before);
  }

  @Test
  void a_registration_whose_outcome_was_unknown_can_be_sent_again() {
    node.raft =
        propose -> {
          node.apply(propose.command());
          return Optional.of(new RaftActor.OutcomeUnknown("the leader was lost"));
        };
    String body = credentials("ann", PASSWORD);
    assertThat(ask(node, "POST", "/v1/accounts", body, "Idempotency-Key", "k1").status())
        .isEqualTo(504);
    node.raft = node::commit;
    Reply again = ask(node, "POST", "/v1/accounts", body, "Idempotency-Key", "k1");
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    String other = credentials("ann", "another password");
    assertThat(ask(node, "POST", "/v1/accounts", other, "Idempotency-Key", "k1").code())
        .isEqualTo("id-reused");
    assertThat(ask(node, "POST", "/v1/accounts", body, "Idempotency-Key", "k2").code())
        .isEqualTo("name-taken");
  }

  @ParameterizedTest
  @CsvSource({
    "ann, short77, 422, password-length",
    "ann, password123, 422, common-password",
    "ann, PASSWORD123, 422, common-password",
    "annabella, Annabella, 422, common-password",
    "ann, aaaaaaaaaaaa, 422, common-password",
    ".., correct horse battery, 400, invalid-name",
    "a b, correct horse battery, 400, invalid-name",
    "ann\u0007x, correct horse battery, 400, malformed-json",
  })
  void what_can_not_be_registered_is_refused_before_the_log(
      String name, String password, int status, String code) {
    Reply refused = register(name, password);
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.body()).doesNotContain(password);
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void a_session_speaks_for_its_name_and_nobody_else_does() {
    Person ann = Person.registered(node, "ann");
    assertThat(ann.say("1", "hello").status()).isEqualTo(200);
    assertThat(node.get("/messages").json().path(0).path("member").asBoolean()).isTrue();
    Reply guest =
        node.post("{\"type\":\"chat\",\"user\":\"ann\",\"text\":\"boo\",\"room\":\"general\"}");
    assertThat(guest.status()).isEqualTo(401);
    assertThat(guest.code()).isEqualTo("name-registered");
    assertThat(new Person(node, "bob", ann.token()).say("2", "boo").code())
        .isEqualTo("not-your-name");
    assertThat(new Person(node, "ann", "guess").say("3", "boo").code()).isEqualTo("session-ended");
    assertThat(
            node.post("{\"type\":\"chat\",\"user\":\"zoe\",\"text\":\"hi\",\"room\":\"general\"}")
                .status())
        .isEqualTo(200);
  }

  @Test
  void wrong_passwords_and_unknown_names_are_answered_alike() {
    register("ann", PASSWORD);
    Reply wrong = logIn("ann", "wrong password", "");
    Reply unknown = logIn("bob", "wrong password", "");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.body()).isEqualTo(unknown.body());
    assertThat(wrong.code()).isEqualTo("bad-credentials");
  }

  @Test
  void a_second_device_is_refused_or_takes_over() {
    Person first = Person.registered(node, "ann");
    assertThat(logIn("ann", PASSWORD, "").code()).isEqualTo("already-logged-in");
    assertThat(first.say("1", "still here").status()).isEqualTo(200);
    Reply second = logIn("ann", PASSWORD, ",\"takeover\":true");
    assertThat(second.status()).isEqualTo(201);
    Reply over = first.say("2", "still?");
    assertThat(over.status()).isEqualTo(401);
    assertThat(over.code()).isEqualTo("session-superseded");
    assertThat(
            new Person(node, "ann", second.json().path("token").asText()).say("3", "me").status())
        .isEqualTo(200);
  }

  @Test
  void a_message_on_its_way_when_the_session_ends_is_refused_by_the_state_machine() {
    Person first = Person.registered(node, "ann");
    long ann = node.chat.people().named("ann").orElseThrow().id();
    node.raft =
        propose -> {
          node.raft = node::commit;
          node.apply(
              new PeopleCommand.LogIn(
                      "l2", ann, ann, "hash", true, 1_000_000, 1_000_000, Optional.empty())
                  .encoded());
          return node.commit(propose);
        };
    assertThat(first.say("1", "too late").code()).isEqualTo("session-ended");
    assertThat(node.get("/messages").body()).doesNotContain("too late");
  }

  @Test
  void what_another_device_sends_while_the_account_is_deleted_is_refused_or_before_it() {
    Person ann = Person.registered(node, "ann");
    long id = node.chat.people().named("ann").orElseThrow().id();
    long session = node.chat.people().named("ann").orElseThrow().session().orElseThrow().index();
    ann.say("1", "before");
    node.raft =
        propose -> {
          node.raft = node::commit;
          node.apply(new PeopleCommand.DeleteAccount(new Seat(id, session), id).encoded());
          return node.commit(propose);
        };
    assertThat(ann.say("2", "too late").code()).isEqualTo("session-ended");
    assertThat(node.get("/messages").json()).hasSize(1);
    assertThat(node.get("/messages").json().path(0).path("gone").asBoolean()).isTrue();
  }

  @Test
  void a_session_that_nobody_used_for_long_is_over() {
    Person ann = Person.registered(node, "ann");
    node.nowMillis += Duration.ofDays(13).toMillis();
    assertThat(ann.get("/messages").status()).isEqualTo(200);
    node.nowMillis += Duration.ofDays(2).toMillis();
    assertThat(ann.get("/messages").code()).isEqualTo("session-ended");
  }

  @Test
  void who_has_signed_out_has_to_sign_in_again() {
    Person ann = Person.registered(node, "ann");
    assertThat(ann.delete("/v1/session").status()).isEqualTo(200);
    assertThat(ann.say("1", "hello").code()).isEqualTo("session-ended");
    assertThat(ann.delete("/v1/session").status()).isEqualTo(401);
    Person.signedIn(node, "ann");
  }

  @Test
  void a_changed_password_counts_and_the_old_one_does_not() {
    Person ann = Person.registered(node, "ann");
    String change = "{\"old\":\"%s\",\"new\":\"quite another one\"}";
    assertThat(ann.put("/v1/accounts/me/password", change.formatted("not the old")).code())
        .isEqualTo("bad-credentials");
    assertThat(ann.put("/v1/accounts/me/password", change.formatted(PASSWORD)).status())
        .isEqualTo(200);
    assertThat(logIn("ann", PASSWORD, ",\"takeover\":true").status()).isEqualTo(401);
    assertThat(logIn("ann", "quite another one", ",\"takeover\":true").status()).isEqualTo(201);
  }

  @Test
  void a_deleted_account_is_gone_and_its_lines_say_so() {
    Person ann = Person.registered(node, "ann");
    ann.say("1", "farewell");
    assertThat(ann.ask("DELETE", "/v1/accounts/me", "{\"password\":\"wrong\"}").status())
        .isEqualTo(401);
    assertThat(ann.ask("DELETE", "/v1/accounts/me", "{\"password\":\"" + PASSWORD + "\"}").status())
        .isEqualTo(200);
    assertThat(ann.say("2", "hello?").code()).isEqualTo("session-ended");
    assertThat(logIn("ann", PASSWORD, "").code()).isEqualTo("bad-credentials");
    assertThat(node.get("/messages").json().path(0).path("gone").asBoolean()).isTrue();
    assertThat(node.get("/v1/accounts?prefix=ann").body()).isEqualTo("{\"names\":[]}");
  }

  @Test
  void a_node_that_does_not_lead_redirects_before_it_hashes() {
    node.status.set(HttpFixture.following(3, Optional.of(HttpFixture.NODE1)));
    Reply reply = register("ann", PASSWORD);
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).contains("http://127.0.0.1:9001/v1/accounts");
    node.status.set(HttpFixture.following(3, Optional.empty()));
    Reply nobody = logIn("ann", PASSWORD, "");
    assertThat(nobody.status()).isEqualTo(302);
    assertThat(nobody.header("Location")).isEmpty();
    assertThat(nobody.header("Retry-After")).contains("1");
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void a_token_that_is_not_known_here_yet_is_asked_for() {
    Person.registered(node, "ann");
    int before = node.asked.size();
    node.get("/messages", "Authorization", "Bearer someone-elses");
    assertThat(node.asked.size()).isGreaterThan(before);
  }

  @Test
  void too_many_wrong_passwords_make_wait() throws Exception {
    try (var strict =
        new HttpFixture(
            KIT, folder.resolve("strict"), "accounts.limits.logins-per-name.at-once = 3")) {
      ask(strict, "POST", "/v1/accounts", credentials("ann", PASSWORD));
      for (int i = 0; i < 3; i++) {
        assertThat(ask(strict, "POST", "/v1/session", credentials("ann", "wrong one")).status())
            .isEqualTo(401);
      }
      Reply refused = ask(strict, "POST", "/v1/session", credentials("ann", PASSWORD));
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("too-many-attempts");
      assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow())).isBetween(1, 11);
      assertThat(ask(strict, "POST", "/v1/session", credentials("bob", "wrong one")).status())
          .isEqualTo(401);
    }
  }

  @Test
  void wrong_passwords_given_to_other_nodes_count_too() throws Exception {
    try (var strict =
        new HttpFixture(KIT, folder.resolve("strict"), "accounts.limits.free-failures = 2")) {
      ask(strict, "POST", "/v1/accounts", credentials("ann", PASSWORD));
      long ann = strict.chat.people().named("ann").orElseThrow().id();
      for (int i = 0; i < 2; i++) {
        strict.apply(new PeopleCommand.PasswordFailed(ann).encoded());
      }
      assertThat(ask(strict, "POST", "/v1/session", credentials("ann", PASSWORD)).status())
          .isEqualTo(429);
    }
  }

  @Test
  void a_password_is_hashed_anew_when_the_parameters_have_changed() throws Exception {
    register("ann", PASSWORD);
    long ann = node.chat.people().named("ann").orElseThrow().id();
    node.close();
    node = new HttpFixture(KIT, folder, "accounts.argon2id.memory-kib = 128");
    assertThat(node.queries.password(ann).orElseThrow()).contains("m=64,");
    Person.signedIn(node, "ann");
    assertThat(node.queries.password(ann).orElseThrow()).contains("m=128,");
    assertThat(logIn("ann", PASSWORD, ",\"takeover\":true").status()).isEqualTo(201);
  }

  @Test
  void where_guests_are_not_allowed_everything_takes_a_session() throws Exception {
    try (var closed = new HttpFixture(KIT, folder.resolve("closed"), "accounts.guests = deny")) {
      for (String path : new String[] {"/messages", "/v1/events", "/leader", "/v1/cluster"}) {
        assertThat(closed.get(path).code()).as(path).isEqualTo("sign-in-required");
      }
      assertThat(
              closed
                  .post("{\"type\":\"chat\",\"user\":\"zoe\",\"text\":\"hi\",\"room\":\"general\"}")
                  .code())
          .isEqualTo("sign-in-required");
      assertThat(closed.get("/health").status()).isEqualTo(200);
      assertThat(closed.get("/ready").status()).isNotEqualTo(401);
      assertThat(closed.get("/metrics").status()).isEqualTo(200);
      Person ann = Person.registered(closed, "ann");
      assertThat(ann.say("1", "hello").status()).isEqualTo(200);
      assertThat(ann.get("/messages").json()).hasSize(1);
    }
  }

  @Test
  void what_enters_the_log_holds_neither_password_nor_token() {
    Person ann = Person.registered(node, "ann");
    ann.put(
        "/v1/accounts/me/password", "{\"old\":\"" + PASSWORD + "\",\"new\":\"quite another one\"}");
    assertThat(node.proposed)
        .isNotEmpty()
        .allSatisfy(
            propose ->
                assertThat(new String(propose.command(), StandardCharsets.UTF_8))
                    .doesNotContain(PASSWORD, "quite another one", ann.token()));
  }

  private Reply register(String name, String password) {
    return ask(node, "POST", "/v1/accounts", credentials(name, password));
  }

  private Reply logIn(String name, String password, String more) {
    String body = credentials(name, password);
    return ask(node, "POST", "/v1/session", body.substring(0, body.length() - 1) + more + "}");
  }
}
