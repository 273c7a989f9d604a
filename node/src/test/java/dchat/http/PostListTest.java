package dchat.http;

import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.http.HttpFixture.Reply;
import dchat.raft.RaftActor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code POST /chat} promises for a list of commands. */
class PostListTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final ObjectMapper JSON = new ObjectMapper();

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

  private static String list(String... commands) {
    return ("[" + String.join(", ", commands) + "]").replace('\'', '"');
  }

  private static String say(String id, String room) {
    return "{'type':'chat','user':'ann','text':'line %s','room':'%s','id':'%s'}"
        .formatted(id, room, id);
  }

  private Reply post(String... commands) throws Exception {
    return node.post(list(commands));
  }

  private static JsonNode results(Reply reply) throws Exception {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).get("results");
  }

  @Test
  void each_command_has_its_own_index_in_the_order_of_the_list() throws Exception {
    start();
    String[] lines =
        IntStream.range(0, 100).mapToObj(i -> say("id" + i, "general")).toArray(String[]::new);

    JsonNode results = results(post(lines));

    assertThat(results).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(results.get(i).get("status").asText()).isEqualTo("ok");
      assertThat(results.get(i).get("index").asLong()).isEqualTo(i + 1);
      assertThat(results.get(i).get("id").asText()).isEqualTo("id" + i);
    }
  }

  @Test
  void a_command_may_need_what_one_before_it_makes() throws Exception {
    start();
    JsonNode results =
        results(post("{'type':'room_add','user':'ann','room':'ops','id':'1'}", say("2", "ops")));
    assertThat(results.get(1).get("status").asText()).isEqualTo("ok");
  }

  @Test
  void one_that_is_refused_keeps_no_other_from_its_place() throws Exception {
    start();
    JsonNode results = results(post(say("1", "general"), say("2", "nowhere"), say("3", "general")));

    assertThat(results.get(0).get("index").asLong()).isEqualTo(1);
    assertThat(results.get(1).get("status").asInt()).isEqualTo(404);
    assertThat(results.get(1).get("code").asText()).isEqualTo("unknown-room");
    assertThat(results.get(1).get("id").asText()).isEqualTo("2");
    assertThat(results.get(2).get("index").asLong()).isEqualTo(3);
  }

  @Test
  void a_list_sent_again_gets_the_same_indexes() throws Exception {
    start();
    post(say("1", "general"), say("2", "general"));

    JsonNode again = results(post(say("1", "general"), say("2", "general"), say("3", "general")));

    assertThat(again.get(0).get("index").asLong()).isEqualTo(1);
    assertThat(again.get(0).get("replayed").asBoolean()).isTrue();
    assertThat(again.get(1).get("index").asLong()).isEqualTo(2);
    assertThat(again.get(2).has("replayed")).isFalse();
  }

  @Test
  void every_command_needs_an_id_because_all_may_have_to_be_sent_again() throws Exception {
    start();
    Reply reply = post(say("1", "general"), say("2", "general").replace(",'id':'2'", ""));
    assertProblem(reply, 400, "missing-field", "[1].id");
    assertThat(node.proposed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'general'|'a b'|400|invalid-name|[1].room",
        "'type':'chat'|'type':'shout'|400|unknown-type|[1].type",
        "'user':'ann'|'user':7|400|wrong-field-type|[1].user"
      })
  void one_bad_command_keeps_all_out_and_is_named(
      String good, String bad, int status, String code, String field) throws Exception {
    start();
    Reply reply = post(say("1", "general"), say("2", "general").replace(good, bad));
    assertProblem(reply, status, code, field);
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void what_is_no_list_of_commands_is_refused() throws Exception {
    start();
    for (String body : List.of("[", "[1]", "[[]]", "[] []")) {
      assertProblem(node.post(body), 400, "malformed-json");
    }
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void without_leadership_nothing_is_proposed_and_the_whole_is_redirected() throws Exception {
    start();
    node.raft = propose -> Optional.of(new RaftActor.NotLeader(Optional.empty()));
    Reply reply = post(say("1", "general"), say("2", "general"));
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).isEmpty();
  }

  @Test
  void if_one_outcome_is_unknown_the_whole_is_to_be_sent_again() throws Exception {
    start();
    node.raft =
        propose ->
            node.proposed.size() == 2
                ? Optional.of(new RaftActor.OutcomeUnknown("the leader is gone"))
                : node.commit(propose);
    assertProblem(
        post(say("1", "general"), say("2", "general"), say("3", "general")),
        504,
        "outcome-unknown");
  }

  @Test
  void if_some_find_no_place_the_whole_is_to_be_sent_again_later() throws Exception {
    start();
    node.raft =
        propose ->
            node.proposed.size() == 2
                ? Optional.of(new RaftActor.Overloaded("full"))
                : node.commit(propose);
    Reply reply = post(say("1", "general"), say("2", "general"));
    assertProblem(reply, 503, "overloaded");
    assertThat(reply.header("Retry-After")).hasValue("1");
  }

  @Test
  void silence_is_an_unknown_outcome() throws Exception {
    start("propose-timeout = 50 ms");
    node.raft = propose -> Optional.empty();
    assertProblem(post(say("1", "general")), 504, "outcome-unknown");
  }

  @Test
  void a_list_is_bounded_like_every_body() throws Exception {
    start();
    String[] many =
        IntStream.range(0, 2_000).mapToObj(i -> say("id" + i, "general")).toArray(String[]::new);
    assertThat(post(many).status()).isEqualTo(413);
    assertThat(node.proposed).isEmpty();
  }
}
