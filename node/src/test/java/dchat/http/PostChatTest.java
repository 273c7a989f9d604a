package dchat.http;

import static dchat.http.HttpFixture.NODE0;
import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.add;
import static dchat.http.HttpFixture.delete;
import static dchat.http.HttpFixture.following;
import static dchat.http.HttpFixture.leading;
import static dchat.http.HttpFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.http.HttpFixture.Reply;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of what {@code POST /chat} promises. */
class PostChatTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final String HELLO =
      "{'type':'chat','user':'ann','text':'hello','room':'general','id':'1'}".replace('\'', '"');

  @TempDir Path folder;
  private HttpFixture node;

  private void start(String... overrides) throws Exception {
    node = new HttpFixture(KIT, folder, overrides);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void a_committed_command_is_answered_with_its_index() throws Exception {
    start();
    Reply reply = node.post(HELLO);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"status\":\"ok\",\"index\":1,\"id\":\"1\"}");
    assertThat(reply.header("Content-Type")).hasValue("application/json");
    assertThat(reply.header("Idempotency-Replayed")).isEmpty();
    assertThat(reply.header("X-DChat-Node")).hasValue("node0");
    assertThat(reply.header("X-DChat-Leader")).hasValue("node0");
    assertThat(reply.header("X-DChat-Term")).hasValue("1");
    assertThat(reply.header("X-DChat-Applied-Index")).hasValue("1");
    assertThat(ChatCodec.decodeCommand(node.proposed.getFirst().command()))
        .isEqualTo(new ChatCommand.Chat("1", "ann", "hello", "general"));
  }

  @Test
  void rooms_are_made_and_deleted() throws Exception {
    start();
    assertThat(node.post(json("{'type':'room_add','room':'ops','user':'ann'}")).status())
        .isEqualTo(200);
    assertThat(node.chat.view().rooms()).containsKey("ops");
    assertThat(node.post(json("{'type':'room_delete','room':'ops','user':'ann'}")).status())
        .isEqualTo(200);
    assertThat(node.chat.view().rooms()).doesNotContainKey("ops");
  }

  @Test
  void a_command_without_an_id_gets_one_of_its_own() throws Exception {
    start();
    String body = json("{'type':'chat','user':'ann','text':'hello','room':'general'}");
    Reply first = node.post(body);
    Reply second = node.post(body.replace("}", ",\"id\":null}"));
    assertThat(first.json().path("id").asText()).hasSize(36);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
  }

  @Test
  void the_same_id_again_gets_the_same_index_and_says_so() throws Exception {
    start();
    node.post(HELLO);
    Reply again = node.post(HELLO);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("index").asLong()).isEqualTo(1);
    assertThat(again.header("Idempotency-Replayed")).hasValue("true");
  }

  @Test
  void the_same_id_with_other_content_is_422() throws Exception {
    start();
    node.post(HELLO);
    assertProblem(node.post(HELLO.replace("hello", "other")), 422, "id-reused", "id");
  }

  @Test
  void a_follower_redirects_to_the_leader() throws Exception {
    start();
    follow(Optional.of(NODE1));
    Reply reply = node.post(HELLO);
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).hasValue("http://127.0.0.1:9001/chat");
    assertThat(reply.body()).isEqualTo("{\"status\":\"not_leader\",\"leader\":\"node1\"}");
    assertThat(reply.header("X-DChat-Leader")).hasValue("node1");
    assertThat(reply.header("Retry-After")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "public-host = chat.example.org, https://chat.example.org/chat",
    "'public-host = \"chat.example.org:8443\"\n"
        + "public-scheme = http', http://chat.example.org:8443/chat"
  })
  void with_a_public_host_redirects_lead_there(String override, String location) throws Exception {
    start(override);
    follow(Optional.of(NODE1));
    assertThat(node.post(HELLO).header("Location")).hasValue(location);
    follow(Optional.of(Member.voter(new NodeId("node1"), "127.0.0.1:10001")));
    assertThat(node.post(HELLO).header("Location"))
        .as("the leader's own address isn't needed")
        .hasValue(location);
    follow(Optional.empty());
    assertThat(node.post(HELLO).header("Location")).isEmpty();
  }

  @Test
  void a_redirect_may_be_configured_to_be_307() throws Exception {
    start("redirect-status = 307");
    follow(Optional.of(NODE1));
    assertThat(node.post(HELLO).status()).isEqualTo(307);
  }

  @Test
  void during_an_election_it_is_302_without_location() throws Exception {
    start();
    follow(Optional.empty());
    Reply reply = node.post(HELLO);
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).isEmpty();
    assertThat(reply.header("Retry-After")).hasValue("1");
    assertThat(reply.header("X-DChat-Leader")).isEmpty();
    assertThat(reply.body()).isEqualTo("{\"status\":\"not_leader\",\"leader\":null}");
  }

  @Test
  void a_leader_whose_address_for_clients_is_not_known_is_as_good_as_none() throws Exception {
    start();
    follow(Optional.of(Member.voter(new NodeId("node1"), "127.0.0.1:10001")));
    Reply reply = node.post(HELLO);
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).isEmpty();
    assertThat(reply.header("Retry-After")).hasValue("1");
    assertThat(reply.json().path("leader").isNull()).isTrue();
  }

  @Test
  void an_unknown_outcome_is_504_never_a_redirect() throws Exception {
    start();
    node.raft = propose -> Optional.of(new RaftActor.OutcomeUnknown("Leadership was lost."));
    Reply reply = node.post(HELLO);
    assertProblem(reply, 504, "outcome-unknown");
    assertThat(reply.header("Location")).isEmpty();
    assertThat(reply.json().path("detail").asText()).contains("Leadership was lost");
  }

  @Test
  void silence_about_a_proposal_is_an_unknown_outcome() throws Exception {
    start("propose-timeout = 100 ms");
    node.raft = propose -> Optional.empty();
    assertProblem(node.post(HELLO), 504, "outcome-unknown");
    assertThat(node.proposed).hasSize(1);
  }

  @Test
  void too_much_in_flight_is_503_with_a_time_to_try_again() throws Exception {
    start();
    node.raft = propose -> Optional.of(new RaftActor.Overloaded("Too much in flight."));
    Reply reply = node.post(HELLO);
    assertProblem(reply, 503, "overloaded");
    assertThat(reply.header("Retry-After")).hasValue("1");
  }

  @ParameterizedTest(name = "{0} is {1} {2} {3}")
  @MethodSource("badBodies")
  void a_bad_body_is_refused_by_name_and_never_proposed(
      String body, int status, String code, String field) throws Exception {
    start();
    assertProblem(node.post(body), status, code, field);
    assertThat(node.proposed).isEmpty();
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        bad("", 400, "malformed-json", ""),
        bad("hello", 400, "malformed-json", ""),
        bad("[]", 400, "malformed-json", ""),
        bad("'chat'", 400, "malformed-json", ""),
        bad("{'type':'chat'", 400, "malformed-json", ""),
        bad(valid("'text':'hi'") + "{}", 400, "malformed-json", ""),
        bad(valid("'text':'hi'").replace("}", ",}"), 400, "malformed-json", ""),
        bad("{}", 400, "missing-field", "type"),
        bad("{'type':null}", 400, "missing-field", "type"),
        bad("{'type':'shout'}", 400, "unknown-type", "type"),
        bad("{'type':1}", 400, "wrong-field-type", "type"),
        bad(valid("'text':'hi'").replace("'user':'ann',", ""), 400, "missing-field", "user"),
        bad(valid("'text':'hi'").replace("ann", ""), 400, "blank-field", "user"),
        bad(valid("'text':'hi'").replace("ann", "a b"), 400, "invalid-name", "user"),
        bad(valid("'text':'hi'").replace("ann", "x".repeat(33)), 400, "invalid-name", "user"),
        bad(valid("'text':'hi'").replace("general", "#ops"), 400, "invalid-name", "room"),
        bad(valid("'text':'hi'").replace("'room':'general',", ""), 400, "missing-field", "room"),
        bad(valid("'text':'hi','text':'ho'"), 400, "duplicate-field", "text"),
        bad(valid("'text':'hi','Text':'ho'"), 400, "unknown-field", "Text"),
        bad(valid("'text':['hi']"), 400, "wrong-field-type", "text"),
        bad(valid("'text':{'a':1}"), 400, "wrong-field-type", "text"),
        bad(valid("'text':true"), 400, "wrong-field-type", "text"),
        bad("{'type':'chat','room':'general','user':'ann'}", 400, "missing-field", "text"),
        bad(valid("'text':''"), 400, "blank-field", "text"),
        bad(valid("'text':' \\n\\t '"), 400, "blank-field", "text"),
        bad(valid("'text':'" + "x".repeat(4097) + "'"), 413, "text-too-long", "text"),
        bad(valid("'text':'a\\u0000b'"), 422, "forbidden-character", "text"),
        bad(valid("'text':'\\u001b[2J'"), 422, "forbidden-character", "text"),
        bad(valid("'text':'\\u009b'"), 422, "forbidden-character", "text"),
        bad(valid("'text':'\\ud83d'"), 422, "forbidden-character", "text"),
        bad(valid("'text':'a\rb'"), 400, "malformed-json", ""),
        bad(valid("'text':'hi','id':''"), 400, "blank-field", "id"),
        bad(valid("'text':'hi','id':'a b'"), 400, "invalid-id", "id"),
        bad(valid("'text':'hi','id':7"), 400, "wrong-field-type", "id"),
        bad(valid("'text':'hi','id':'" + "x".repeat(65) + "'"), 400, "invalid-id", "id"),
        bad("{'type':'room_add','room':'ops'}", 400, "missing-field", "user"),
        bad("{'type':'room_add','user':'ann'}", 400, "missing-field", "room"),
        bad("{'type':'room_add','user':'ann','room':'a/b'}", 400, "invalid-name", "room"),
        bad("{'type':'room_add','user':'ann','room':'a','text':'b'}", 400, "unknown-field", "text"),
        bad("{'type':'room_delete','user':'ann','room':'general'}", 409, "room-protected", "room"));
  }

  private static Arguments bad(String body, int status, String code, String field) {
    return Arguments.of(json(body), status, code, field);
  }

  private static String valid(String more) {
    return "{'type':'chat','user':'ann','room':'general'," + more + "}";
  }

  @Test
  void a_body_that_is_not_utf8_is_refused() throws Exception {
    start();
    byte[] body = json(valid("'text':'h?'")).getBytes(StandardCharsets.US_ASCII);
    body[json(valid("'text':'h")).length() - 1] = (byte) 0xff;
    Reply reply =
        node.send(node.request("/chat").POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    assertProblem(reply, 400, "malformed-json");
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void the_longest_text_counts_characters_not_bytes() throws Exception {
    start();
    String text = "\uD83D\uDE00".repeat(4096);
    assertThat(node.post(json(valid("'text':'" + text + "'"))).status()).isEqualTo(200);
    assertThat(node.post(json(valid("'text':'" + text + "x'"))).status()).isEqualTo(413);
  }

  @Test
  void newline_tab_and_direction_marks_are_part_of_a_text() throws Exception {
    start();
    assertThat(node.post(json(valid("'text':'a\\n\\tb \\u202e \\u00e9'"))).status()).isEqualTo(200);
    assertThat(node.queries.page(node.queries.history(0), 1).getFirst().text())
        .hasValue("a\n\tb \u202e \u00e9");
  }

  @Test
  void the_limit_of_texts_is_configurable() throws Exception {
    start("max-text-length = 4");
    assertProblem(node.post(HELLO), 413, "text-too-long", "text");
    assertThat(node.post(HELLO.replace("hello", "hell")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_body_over_the_limit_is_413_with_and_without_a_length(boolean chunked) throws Exception {
    start("max-request-size = 10 KiB");
    byte[] body =
        json(valid("'text':'" + " ".repeat(60_000) + "x'")).getBytes(StandardCharsets.US_ASCII);
    Reply reply =
        node.send(
            node.request("/chat")
                .POST(
                    chunked
                        ? HttpRequest.BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(body))
                        : HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    assertProblem(reply, 413, "body-too-large");
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void a_chunked_body_within_the_limit_is_taken() throws Exception {
    start();
    Reply reply =
        node.send(
            node.request("/chat")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(HELLO.getBytes(StandardCharsets.UTF_8))))
                .build());
    assertThat(reply.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded", "text/plain"})
  void what_counts_is_the_body_not_its_content_type(String contentType) throws Exception {
    start();
    assertThat(node.post(HELLO, "Content-Type", contentType).status()).isEqualTo(200);
  }

  @Test
  void a_leader_that_knows_a_room_is_missing_or_there_lets_nothing_enter_the_log()
      throws Exception {
    start();
    node.happen(add("a", "ops"));
    assertProblem(node.post(json(roomAdd("ops"))), 409, "room-exists", "room");
    assertProblem(node.post(HELLO.replace("general", "docs")), 404, "unknown-room", "room");
    assertProblem(
        node.post(json("{'type':'room_delete','user':'ann','room':'docs'}")),
        404,
        "unknown-room",
        "room");
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void nobody_is_refused_by_a_leader_that_can_not_make_sure() throws Exception {
    start("read-timeout = 100 ms");
    node.readIndex =
        ask ->
            Optional.of(
                new RaftActor.ReadRefused(
                    RaftActor.ReadRefusal.NOT_CONFIRMED, "leadership was lost"));
    node.raft = propose -> Optional.of(new RaftActor.NotLeader(Optional.of(NODE1)));
    assertThat(node.post(HELLO.replace("general", "docs")).status()).isEqualTo(302);
    assertThat(node.proposed).hasSize(1);
  }

  @Test
  void a_leader_that_was_deposed_refuses_nobody_by_what_it_last_knew() throws Exception {
    start();
    node.readIndex =
        ask -> {
          node.happen(add("a", "docs"));
          return Optional.of(node.ready());
        };
    assertThat(node.post(HELLO.replace("general", "docs")).status()).isEqualTo(200);

    node.readIndex =
        ask -> {
          follow(Optional.of(NODE1));
          return Optional.of(node.ready());
        };
    assertThat(node.post(HELLO.replace("general", "ops")).status()).isEqualTo(302);
  }

  @Test
  void nobody_is_refused_before_what_was_proposed_earlier_is_settled() throws Exception {
    start();
    RaftStatus leading = leading(1, 0);
    node.status.set(
        new RaftStatus(
            leading.self(),
            leading.role(),
            leading.term(),
            leading.leader(),
            2,
            0,
            0,
            0,
            leading.membership(),
            false,
            Optional.empty()));
    node.awaitApplied =
        ask -> {
          assertThat(ask.index()).isEqualTo(2);
          node.happen(add("a", "docs"));
          node.happen(say("1", "docs", "hello"));
          return Optional.of(node.ready());
        };
    Reply again = node.post(HELLO.replace("general", "docs"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("Idempotency-Replayed")).hasValue("true");
  }

  @Test
  void a_repetition_is_answered_as_the_first_time_even_if_the_room_is_gone() throws Exception {
    start();
    node.happen(add("a", "ops"));
    node.happen(say("b", "ops", "hello"));
    node.happen(delete("c", "ops"));
    Reply again = node.post(HELLO.replace("general", "ops").replace("\"1\"", "\"b\""));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("index").asLong()).isEqualTo(2);
    assertThat(again.header("Idempotency-Replayed")).hasValue("true");
  }

  @ParameterizedTest(name = "configured {0}, asked for {1}: forward is {2}")
  @CsvSource({
    "redirect, '', false",
    "forward, '', true",
    "redirect, dchat-not-leader=forward, true",
    "forward, dchat-not-leader=redirect, false",
    "redirect, 'respond-async, DChat-Not-Leader=\"forward\"', true",
    "forward, dchat-not-leader=nonsense, true",
    "redirect, respond-async, false"
  })
  void whether_a_command_is_forwarded_is_configured_and_can_be_asked_for(
      String configured, String prefer, boolean forward) throws Exception {
    start("not-leader = " + configured);
    if (prefer.isEmpty()) {
      node.post(HELLO);
    } else {
      node.post(HELLO, "Prefer", prefer);
    }
    assertThat(node.proposed).extracting(RaftActor.Propose::forward).containsExactly(forward);
  }

  @Test
  void a_post_that_arrives_as_get_is_told_so() throws Exception {
    start();
    Reply reply = node.get("/chat");
    assertProblem(reply, 405, "redirected-as-get");
    assertThat(reply.header("Allow")).hasValue("POST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
  void other_methods_are_405(String method) throws Exception {
    start();
    Reply reply =
        node.send(
            node.request("/chat")
                .method(method, HttpRequest.BodyPublishers.ofString(HELLO))
                .build());
    assertProblem(reply, 405, "method-not-allowed");
    assertThat(reply.header("Allow")).hasValue("POST");
    assertThat(node.proposed).isEmpty();
  }

  private void follow(Optional<Member> leader) {
    node.status.set(following(3, leader));
    node.raft = propose -> Optional.of(new RaftActor.NotLeader(leader));
  }

  private static String roomAdd(String room) {
    return "{'type':'room_add','user':'ann','room':'" + room + "'}";
  }

  private static String json(String singleQuoted) {
    return singleQuoted.replace('\'', '"');
  }

  static void assertProblem(Reply reply, int status, String code, String field) {
    assertProblem(reply, status, code);
    assertThat(reply.json().path("field").asText()).isEqualTo(field);
  }

  static void assertProblem(Reply reply, int status, String code) {
    assertThat(reply.body()).contains("\"code\":\"" + code + "\"");
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).hasValue("application/problem+json");
    assertThat(reply.json().path("status").asInt()).isEqualTo(status);
    assertThat(reply.json().path("type").asText()).isEqualTo("urn:dchat:problem:" + code);
    assertThat(reply.json().path("title").asText()).isNotBlank();
    assertThat(reply.json().path("detail").asText()).isNotBlank();
    assertThat(reply.header("X-DChat-Node")).hasValue(NODE0.id().value());
    assertThat(reply.header("X-DChat-Term")).isPresent();
    assertThat(reply.header("X-DChat-Applied-Index")).isPresent();
  }
}
