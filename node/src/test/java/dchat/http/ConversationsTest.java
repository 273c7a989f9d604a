package dchat.http;

import static dchat.http.Person.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dchat.http.HttpFixture.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rooms, direct messages, unread counts and one's own stream, over HTTP. */
@Timeout(120)
class ConversationsTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;
  private Person ann;
  private Person bob;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void open() throws Exception {
    node = new HttpFixture(KIT, folder);
    ann = Person.registered(node, "ann");
    bob = Person.registered(node, "bob");
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void a_room_is_made_once_has_a_topic_and_goes() {
    assertThat(ann.put("/v1/rooms/ops", "").status()).isEqualTo(201);
    assertThat(bob.put("/v1/rooms/ops", "").status()).isEqualTo(200);
    assertThat(bob.put("/v1/rooms/ops/topic", "{\"topic\":\"on call\"}").status()).isEqualTo(200);
    assertThat(node.get("/v1/rooms").json().path("rooms").path(1).path("topic").asText())
        .isEqualTo("on call");
    assertThat(ann.delete("/v1/rooms/ops").status()).isEqualTo(200);
    assertThat(ann.delete("/v1/rooms/ops").code()).isEqualTo("unknown-room");
    assertThat(ann.delete("/v1/rooms/general").code()).isEqualTo("room-protected");
    assertThat(
            node.send(
                    node.request("/v1/rooms/ops")
                        .PUT(java.net.http.HttpRequest.BodyPublishers.noBody())
                        .build())
                .code())
        .isEqualTo("sign-in-required");
  }

  @Test
  void a_message_has_its_id_in_the_path_and_is_there_once() {
    Reply first = ann.put("/v1/rooms/general/messages/m1", "{\"text\":\"hello\"}");
    assertThat(first.status()).isEqualTo(201);
    Reply again = ann.put("/v1/rooms/general/messages/m1", "{\"text\":\"hello\"}");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("index")).isEqualTo(first.json().path("index"));
    assertThat(ann.put("/v1/rooms/general/messages/m1", "{\"text\":\"other\"}").code())
        .isEqualTo("id-reused");
    assertThat(ann.put("/v1/rooms/nowhere/messages/m2", "{\"text\":\"hello\"}").code())
        .isEqualTo("unknown-room");
    assertThat(node.get("/messages").json()).hasSize(1);
  }

  @Test
  void a_redirect_leads_to_the_same_path_however_odd_the_id() {
    node.status.set(HttpFixture.following(3, Optional.of(HttpFixture.NODE1)));
    for (String id : List.of("m1", "a%2Fb", "%25%3F%23")) {
      String path = "/v1/rooms/general/messages/" + id;
      Reply reply = ann.put(path, "{\"text\":\"hello\"}");
      assertThat(reply.status()).as(reply.body()).isEqualTo(302);
      assertThat(reply.header("Location")).contains("http://127.0.0.1:9001" + path);
    }
    assertThat(node.get("/messages").json()).isEmpty();
  }

  @Test
  void who_only_listens_keeps_the_session() throws Exception {
    try (EventReader stream = own(ann, "/v1/events")) {
      next(stream, "snapshot");
      node.nowMillis += Duration.ofDays(2).toMillis();
      int before = node.proposed.size();
      // A beat of the stream is enough.
      while (node.proposed.size() == before) {
        stream.next().orElseThrow();
      }
    }
  }

  @Test
  void of_a_deleted_message_a_stub_remains_everywhere() throws Exception {
    ann.put("/v1/rooms/general/messages/m1", "{\"text\":\"a slip\"}");
    try (EventReader stream = node.events("/v1/events?after=0")) {
      assertThat(stream.nextChange().data().path("text").asText()).isEqualTo("a slip");
      assertThat(bob.delete("/v1/rooms/general/messages/m1").code()).isEqualTo("not-yours");
      assertThat(ann.delete("/v1/rooms/general/messages/none").code()).isEqualTo("unknown-message");
      assertThat(ann.delete("/v1/rooms/general/messages/m1").status()).isEqualTo(200);
      EventReader.Event told = stream.nextChange();
      assertThat(told.type()).isEqualTo("message_delete");
      assertThat(told.data().path("message").asText()).isEqualTo("m1");
    }
    assertThat(ann.delete("/v1/rooms/general/messages/m1").header("Idempotency-Replayed"))
        .contains("true");
    assertThat(node.get("/messages").body()).doesNotContain("a slip").contains("\"deleted\":true");
    assertThat(node.get("/v1/rooms/general/messages").body()).doesNotContain("a slip");
    try (EventReader resumed = node.events("/v1/events?after=0")) {
      JsonNode stub = resumed.nextChange().data();
      assertThat(stub.path("deleted").asBoolean()).isTrue();
      assertThat(stub.path("text").asText()).isEmpty();
    }
  }

  @Test
  void pages_go_both_ways_and_miss_nothing() {
    for (int i = 0; i < 25; i++) {
      ann.put("/v1/rooms/general/messages/m" + i, "{\"text\":\"line " + i + "\"}");
    }
    List<String> backwards = new ArrayList<>();
    JsonNode page = node.get("/v1/rooms/general/messages?limit=10").json();
    String newest = page.path("next").asText();
    while (true) {
      List<String> texts = texts(page);
      backwards.addAll(0, texts);
      if (page.path("prev").isNull()) {
        break;
      }
      page =
          node.get("/v1/rooms/general/messages?limit=10&before=" + page.path("prev").asText())
              .json();
    }
    assertThat(backwards).hasSize(25).startsWith("line 0").endsWith("line 24");
    List<String> forwards = new ArrayList<>(texts(page));
    while (forwards.size() < 25) {
      page =
          node.get("/v1/rooms/general/messages?limit=7&after=" + page.path("next").asText()).json();
      forwards.addAll(texts(page));
    }
    assertThat(forwards).isEqualTo(backwards);
    ann.put("/v1/rooms/general/messages/later", "{\"text\":\"later\"}");
    assertThat(texts(node.get("/v1/rooms/general/messages?after=" + newest).json()))
        .containsExactly("later");
    assertThat(node.get("/v1/rooms/general/messages?before=nonsense").code())
        .isEqualTo("invalid-parameter");
  }

  @Test
  void a_direct_message_is_seen_by_its_two_people_and_nobody_else() throws Exception {
    Person eve = Person.registered(node, "eve");
    try (EventReader bobs = own(bob, "/v1/events?after=0");
        EventReader eves = own(eve, "/v1/events?after=0");
        EventReader anybodys = node.events("/v1/events?after=0")) {
      assertThat(ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"psst\"}").status()).isEqualTo(201);
      assertThat(ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"psst\"}").status()).isEqualTo(200);
      ann.say("m1", "in public");

      EventReader.Event dm = next(bobs, "dm");
      assertThat(dm.data().path("from").asText()).isEqualTo("ann");
      assertThat(dm.data().path("text").asText()).isEqualTo("psst");
      assertThat(dm.id()).isPresent();
      assertThat(next(bobs, "chat").data().path("text").asText()).isEqualTo("in public");
      for (EventReader other : List.of(eves, anybodys)) {
        EventReader.Event seen = other.nextChange();
        while (!seen.type().equals("chat")) {
          assertThat(seen.type()).isEqualTo("session");
          seen = other.nextChange();
        }
      }
    }
    assertThat(node.get("/messages").body()).doesNotContain("psst");
    assertThat(eve.get("/v1/dms/ann/messages").body()).doesNotContain("psst");
    assertThat(eve.get("/v1/dms/bob/messages").body()).doesNotContain("psst");
    assertThat(eve.get("/v1/dms").json().path("dms")).isEmpty();
    assertThat(node.get("/v1/dms/bob/messages").code()).isEqualTo("sign-in-required");
    assertThat(bob.get("/v1/dms/ann/messages").body()).contains("psst");
    assertThat(ann.get("/v1/dms/bob/messages").body()).contains("psst");
    assertThat(ann.put("/v1/dms/nobody/messages/d2", "{\"text\":\"psst\"}").code())
        .isEqualTo("unknown-account");
  }

  @Test
  void what_came_while_somebody_was_away_is_counted_kept_and_resumed() throws Exception {
    assertThat(bob.delete("/v1/session").status()).isEqualTo(200);
    long before = node.chat.lastAppliedIndex();
    ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"one\"}");
    ann.put("/v1/dms/bob/messages/d2", "{\"text\":\"two\"}");
    ann.say("m1", "hello all");
    Reply login = Person.ask(node, "POST", "/v1/session", Person.credentials("bob", PASSWORD));
    JsonNode unread = login.json().path("unread");
    assertThat(unread.path("dms").path(0).path("user").asText()).isEqualTo("ann");
    assertThat(unread.path("dms").path(0).path("unread").asInt()).isEqualTo(2);
    assertThat(unread.path("rooms").path(0).path("unread").asInt()).isEqualTo(1);
    Person back = new Person(node, "bob", login.json().path("token").asText());
    // From the tables, as on a node that has just started.
    node.chat.people();
    try (EventReader stream = own(back, "/v1/events?after=" + before)) {
      assertThat(next(stream, "dm").data().path("text").asText()).isEqualTo("one");
      assertThat(next(stream, "dm").data().path("text").asText()).isEqualTo("two");
      assertThat(next(stream, "chat").data().path("text").asText()).isEqualTo("hello all");
    }
    assertThat(ann.get("/v1/unread").json().path("rooms").path(0).path("unread").asInt())
        .as("one's own are read")
        .isZero();
  }

  @Test
  void reading_on_one_device_is_told_to_the_other() throws Exception {
    long index = ann.say("m1", "hello").json().path("index").asLong();
    long dm =
        ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"psst\"}").json().path("index").asLong();
    try (EventReader stream = own(bob, "/v1/events?after=" + dm)) {
      bob.put("/v1/rooms/general/read-marker", "{\"index\":" + index + "}");
      assertThat(next(stream, "read").data().path("room").asText()).isEqualTo("general");
      bob.put("/v1/dms/ann/read-marker", "{\"index\":" + dm + "}");
      assertThat(next(stream, "read").data().path("user").asText()).isEqualTo("ann");
    }
    JsonNode unread = bob.get("/v1/unread").json();
    assertThat(unread.path("rooms").path(0).path("unread").asInt()).isZero();
    assertThat(unread.path("dms").path(0).path("unread").asInt()).isZero();
    bob.put("/v1/rooms/general/read-marker", "{\"index\":1}");
    assertThat(bob.get("/v1/unread").json().path("rooms").path(0).path("unread").asInt())
        .as("a marker never goes back")
        .isZero();
  }

  @Test
  void a_direct_message_is_deleted_on_both_sides() throws Exception {
    ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"psst\"}");
    try (EventReader stream = own(bob, "/v1/events?after=" + node.chat.lastAppliedIndex())) {
      assertThat(bob.delete("/v1/dms/ann/messages/d1").code()).isEqualTo("unknown-message");
      assertThat(ann.delete("/v1/dms/bob/messages/d1").status()).isEqualTo(200);
      assertThat(next(stream, "dm_delete").data().path("message").asText()).isEqualTo("d1");
    }
    assertThat(ann.delete("/v1/dms/bob/messages/d1").status()).isEqualTo(200);
    assertThat(bob.get("/v1/dms/ann/messages").json().path("messages")).isEmpty();
    assertThat(ann.get("/v1/dms/bob/messages").json().path("messages")).isEmpty();
    try (EventReader resumed = own(bob, "/v1/events?after=0")) {
      EventReader.Event event = resumed.nextChange();
      while (!event.type().equals("dm_delete")) {
        assertThat(event.data().toString()).doesNotContain("psst");
        event = resumed.nextChange();
      }
    }
  }

  @Test
  void a_conversation_survives_the_other_ones_account() {
    bob.put("/v1/dms/ann/messages/d1", "{\"text\":\"farewell\"}");
    bob.ask("DELETE", "/v1/accounts/me", "{\"password\":\"" + PASSWORD + "\"}");
    assertThat(ann.get("/v1/dms").json().path("dms").path(0).path("gone").asBoolean()).isTrue();
    assertThat(ann.get("/v1/dms/bob/messages").body()).contains("farewell");
    assertThat(ann.put("/v1/dms/bob/messages/d2", "{\"text\":\"hello?\"}").code())
        .isEqualTo("unknown-account");
    Person other = Person.registered(node, "bob");
    assertThat(other.get("/v1/dms").json().path("dms")).isEmpty();
    assertThat(other.get("/v1/dms/ann/messages").body()).doesNotContain("farewell");
  }

  @Test
  void the_device_that_is_taken_over_is_told_on_its_stream() throws Exception {
    try (EventReader stream = own(ann, "/v1/events")) {
      assertThat(next(stream, "snapshot").data().path("unread").path("rooms")).isNotEmpty();
      String body = Person.credentials("ann", PASSWORD).replace("}", ",\"takeover\":true}");
      assertThat(Person.ask(node, "POST", "/v1/session", body).status()).isEqualTo(201);
      assertThat(next(stream, "session-ended").data().path("code").asText())
          .isEqualTo("session-superseded");
      assertThat(stream.next()).as("the stream ends").isEmpty();
    }
  }

  @Test
  void search_finds_words_in_what_the_caller_may_read() {
    Person eve = Person.registered(node, "eve");
    ann.say("m1", "Grüße aus Köln, the deploy went well");
    ann.put("/v1/rooms/ops", "");
    ann.put("/v1/rooms/ops/messages/m2", "{\"text\":\"deploying again\"}");
    ann.put("/v1/dms/bob/messages/d1", "{\"text\":\"the deploy went badly\"}");
    ann.put("/v1/rooms/general/messages/m3", "{\"text\":\"deploy, and regret it\"}");
    ann.delete("/v1/rooms/general/messages/m3");
    awaitIndexed();
    assertThat(found(bob.get("/v1/search?q=deploy"))).containsExactly("d1", "m2", "m1");
    assertThat(found(eve.get("/v1/search?q=deploy"))).containsExactly("m2", "m1");
    assertThat(found(node.get("/v1/search?q=deploy"))).containsExactly("m2", "m1");
    assertThat(found(bob.get("/v1/search?q=deploy&room=ops"))).containsExactly("m2");
    assertThat(found(bob.get("/v1/search?q=koln+gr%C3%BC"))).containsExactly("m1");
    assertThat(found(bob.get("/v1/search?q=went+AND+NOT%22+deploy"))).isEmpty();
    assertThat(node.get("/v1/search?q=%22*").code()).isEqualTo("invalid-parameter");
    ann.delete("/v1/dms/bob/messages/d1");
    ann.delete("/v1/rooms/ops");
    assertThat(found(bob.get("/v1/search?q=deploy"))).containsExactly("m1");
  }

  @Test
  void who_is_connected_and_who_spoke_lately_is_told() throws Exception {
    ann.say("m1", "hello");
    try (EventReader stream = own(bob, "/v1/events")) {
      next(stream, "snapshot");
      JsonNode active = node.get("/v1/users/active").json();
      assertThat(active.path("connected").toString()).isEqualTo("[\"bob\"]");
      assertThat(active.path("spoke").path(0).path("user").asText()).isEqualTo("ann");
    }
    node.nowMillis += 6 * 60_000;
    assertThat(node.get("/v1/users/active").json().path("spoke")).isEmpty();
  }

  private void awaitIndexed() {
    while (node.search.indexedIndex() < node.chat.lastAppliedIndex()) {
      Thread.onSpinWait();
    }
  }

  private static List<String> found(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    reply.json().path("messages").forEach(message -> ids.add(message.path("id").asText()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/rooms/a%20b, '', 400, invalid-name",
    "PUT, /v1/rooms/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, '', 400, invalid-name",
    "PUT, /v1/rooms/general/messages/a%20b, '{\"text\":\"x\"}', 400, invalid-id",
    "PUT, /v1/rooms/general/messages/%C3%A4, '{\"text\":\"x\"}', 400, invalid-id",
    "PUT, /v1/rooms/general/messages/m, '{}', 400, missing-field",
    "PUT, /v1/rooms/general/messages/m, '{\"text\":7}', 400, wrong-field-type",
    "PUT, /v1/rooms/general/messages/m, '{\"text\":\" \"}', 400, blank-field",
    "PUT, /v1/rooms/general/messages/m, '{\"text\":\"x\",\"user\":\"bob\"}', 400, unknown-field",
    "PUT, /v1/rooms/general/messages/m, '[', 400, malformed-json",
    "PUT, /v1/rooms/general/read-marker, '{\"index\":-1}', 400, wrong-field-type",
    "PUT, /v1/dms/%2e%2e/messages/m, '{\"text\":\"x\"}', 404, not-found",
    "PUT, /v1/dms/b%0Ab/messages/m, '{\"text\":\"x\"}', 400, invalid-name",
    "POST, /v1/rooms, '', 405, method-not-allowed",
    "GET, /v1/rooms/general/messages?limit=0, '', 400, invalid-parameter",
    "GET, /v1/rooms/general/messages?limt=1, '', 400, invalid-parameter",
  })
  void what_can_not_be_understood_is_a_clear_problem_and_enters_no_log(
      String method, String path, String body, int status, String code) {
    int before = node.proposed.size();
    Reply reply = ann.ask(method, path, body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(node.proposed).hasSize(before);
  }

  private EventReader own(Person person, String path) {
    return node.events(path, "Authorization", "Bearer " + person.token());
  }

  /** The next event of this type; others are passed over. */
  private static EventReader.Event next(EventReader stream, String type) throws Exception {
    EventReader.Event event = stream.nextChange();
    while (!event.type().equals(type)) {
      event = stream.nextChange();
    }
    return event;
  }

  private static List<String> texts(JsonNode page) {
    List<String> texts = new ArrayList<>();
    page.path("messages").forEach(message -> texts.add(message.path("text").asText()));
    return texts;
  }
}
