package dchat.http;

import static dchat.http.HttpFixture.NODE0;
import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.add;
import static dchat.http.HttpFixture.delete;
import static dchat.http.HttpFixture.following;
import static dchat.http.HttpFixture.say;
import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dchat.http.HttpFixture.Reply;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadRoutesTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;

  @BeforeEach
  void start() throws Exception {
    node = new HttpFixture(KIT, folder);
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
  void messages_are_all_public_events_in_log_order() throws Exception {
    node.happen(add("1", "ops"));
    node.happen(say("2", "ops", "say \"hi\"\n\uD83D\uDE00"));
    node.happen(delete("3", "ops"));
    Reply reply = node.get("/messages");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).hasValue("application/json");
    assertThat(reply.header("X-DChat-Applied-Index")).hasValue("3");
    assertThat(reply.body().lines()).as("one event per line").hasSize(4);
    assertThat(reply.body()).startsWith("[{\"index\":1,").contains("\n,{\"index\":2,");
    JsonNode events = reply.json();
    assertThat(events).hasSize(3);
    assertThat(events.get(0).toString())
        .isEqualTo(
            "{'index':1,'type':'room_add','user':'ann','room':'ops','id':'1','at':'2023-11-14T22:13:20.124Z'}"
                .replace('\'', '"'));
    assertThat(events.get(1).path("text").asText()).isEqualTo("say \"hi\"\n\uD83D\uDE00");
    assertThat(events.get(2).path("type").asText()).isEqualTo("room_delete");
  }

  @Test
  void no_messages_are_an_empty_array() {
    assertThat(node.get("/messages").json()).isEmpty();
    assertThat(node.get("/messages").json().isArray()).isTrue();
  }

  @Test
  void more_messages_than_a_page_are_one_array() {
    for (int i = 1; i <= 600; i++) {
      node.happen(say("id" + i, "general", "line"));
    }
    assertThat(indexes("/messages")).hasSize(600).isSorted().startsWith(1L).endsWith(600L);
    assertThat(indexes("/messages?after=100&limit=300"))
        .hasSize(300)
        .isSorted()
        .startsWith(101L)
        .endsWith(400L);
    assertThat(indexes("/messages?limit=0")).isEmpty();
    assertThat(indexes("/messages?after=600")).isEmpty();
    assertThat(indexes("/messages?after=9223372036854775807")).isEmpty();
  }

  @Test
  void messages_of_a_room_begin_with_its_making() {
    node.happen(add("1", "ops"));
    node.happen(say("2", "ops", "old"));
    node.happen(delete("3", "ops"));
    node.happen(add("4", "ops"));
    assertThat(indexes("/messages?room=ops")).isEmpty();
    node.happen(say("5", "general", "elsewhere"));
    node.happen(say("6", "ops", "new"));
    assertThat(indexes("/messages?room=ops")).containsExactly(6L);
    assertThat(indexes("/messages?room=ops&after=6")).isEmpty();
  }

  @Test
  void messages_of_an_unknown_room_are_404() {
    assertProblem(node.get("/messages?room=docs"), 404, "unknown-room", "room");
  }

  @ParameterizedTest
  @CsvSource({
    "after=-1, after",
    "after=x, after",
    "after=, after",
    "after=99999999999999999999, after",
    "limit=1.5, limit",
    "limit=-1, limit",
    "limit=1&limit=2, limit",
    "room=a%2Fb, room",
    "room=, room",
    "offset=1, offset"
  })
  void bad_parameters_are_refused_by_name(String query, String parameter) {
    assertProblem(node.get("/messages?" + query), 400, "invalid-parameter", parameter);
  }

  @Test
  void the_leader_is_named_or_null() {
    node.status.set(following(2, Optional.of(NODE1)));
    assertThat(node.get("/leader").body()).isEqualTo("{\"leader\":\"node1\"}");
    node.status.set(following(2, Optional.empty()));
    assertThat(node.get("/leader").body()).isEqualTo("{\"leader\":null}");
  }

  @Test
  void instances_are_the_members() {
    node.status.set(following(2, Optional.of(NODE1)));
    assertThat(node.get("/instances").body())
        .isEqualTo(
            ("{'nodes':["
                 + "{'id':'node0','suffrage':'voter','raft':'127.0.0.1:19000','http':'http://127.0.0.1:9000','leader':false},"
                 + "{'id':'node1','suffrage':'voter','raft':'127.0.0.1:19001','http':'http://127.0.0.1:9001','leader':true}]}")
                .replace('\'', '"'));
  }

  @Test
  void a_leader_tells_how_far_each_member_is() {
    Member silent = Member.voter(new NodeId("node2"), "127.0.0.1:10002");
    RaftStatus leading = HttpFixture.leading(4, 10);
    node.status.set(
        new RaftStatus(
            leading.self(),
            leading.role(),
            4,
            leading.leader(),
            12,
            10,
            10,
            9,
            Membership.of(NODE0, NODE1, silent),
            false,
            Optional.empty()));
    node.progress =
        List.of(
            new RaftActor.PeerProgress(NODE1.id(), 10, Optional.of(12L)),
            new RaftActor.PeerProgress(silent.id(), 0, Optional.of(1500L)));
    JsonNode view = node.get("/v1/cluster").json();
    assertThat(view.path("node").asText()).isEqualTo("node0");
    assertThat(view.path("role").asText()).isEqualTo("leader");
    assertThat(view.path("leader").asText()).isEqualTo("node0");
    assertThat(view.path("term").asLong()).isEqualTo(4);
    assertThat(view.path("commitIndex").asLong()).isEqualTo(10);
    assertThat(view.path("appliedIndex").asLong()).isEqualTo(9);
    assertThat(view.path("lastLogIndex").asLong()).isEqualTo(12);
    assertThat(view.path("trouble").isNull()).isTrue();
    assertThat(view.path("members").get(0).toString())
        .isEqualTo(
            "{'id':'node0','suffrage':'voter','raft':'127.0.0.1:19000','http':'http://127.0.0.1:9000','leader':true,'matchIndex':12,'lag':0,'lastContactMs':0,'reachable':true}"
                .replace('\'', '"'));
    assertThat(view.path("members").get(1).toString())
        .contains("\"matchIndex\":10,\"lag\":2,\"lastContactMs\":12,\"reachable\":true");
    assertThat(view.path("members").get(2).toString())
        .contains("\"http\":null")
        .contains("\"lag\":12,\"lastContactMs\":1500,\"reachable\":false");
  }

  @Test
  void a_follower_does_not_pretend_to_know_how_far_the_others_are() {
    node.status.set(following(2, Optional.of(NODE1)));
    JsonNode view = node.get("/v1/cluster").json();
    assertThat(view.path("role").asText()).isEqualTo("follower");
    for (JsonNode member : view.path("members")) {
      assertThat(member.toString())
          .endsWith("\"matchIndex\":null,\"lag\":null,\"lastContactMs\":null,\"reachable\":null}");
    }
  }

  @Test
  void a_consensus_that_does_not_answer_is_shown_as_trouble() {
    node.answersView = false;
    Reply reply = node.get("/v1/cluster");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("trouble").asText()).contains("didn't answer");
    assertThat(reply.json().path("members")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/chat/", "/v1", "/v1/nothing", "/messages/1", "/%00"})
  void an_unknown_path_is_a_404_problem(String path) {
    assertProblem(node.get(path), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/started",
        "/ready",
        "/live",
        "/metrics",
        "/messages",
        "/leader",
        "/instances",
        "/v1/cluster",
        "/v1/events"
      })
  void reading_paths_take_no_other_method(String path) {
    Reply reply =
        node.send(node.request(path).POST(HttpRequest.BodyPublishers.ofString("{}")).build());
    assertProblem(reply, 405, "method-not-allowed");
    assertThat(reply.header("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void a_body_nobody_reads_does_not_hold_up_the_connection() {
    byte[] body = new byte[300_000];
    HttpRequest wrong =
        node.request("/health")
            .method(
                "PUT",
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    for (int i = 0; i < 3; i++) {
      assertProblem(node.send(wrong), 405, "method-not-allowed");
    }
    assertThat(node.get("/health").status()).isEqualTo(200);
  }

  private List<Long> indexes(String path) {
    Reply reply = node.get(path);
    assertThat(reply.status()).isEqualTo(200);
    List<Long> indexes = new ArrayList<>();
    reply.json().forEach(event -> indexes.add(event.path("index").asLong()));
    return indexes;
  }
}
