package dchat.http;

import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.following;
import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftActor.Refusal;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing the cluster itself over HTTP. */
class AdminRoutesTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final String MEMBER = "/v1/cluster/members/node3";
  private static final String LEADER = "/v1/cluster/leader";
  private static final String BODY = "{\"raft\":\"10.0.0.3:10000\"}";

  @TempDir Path folder;
  private HttpFixture node;

  private void start(String... overrides) throws Exception {
    node = new HttpFixture(KIT, folder, overrides);
  }

  private Reply send(String method, String path, String body, String... headers) {
    var request = node.request(path).method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return node.send(request.build());
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
  void a_member_is_added_with_what_the_body_says_and_the_members_come_back() throws Exception {
    start();
    Reply reply =
        send(
            "PUT",
            MEMBER,
            "{\"raft\":\"10.0.0.3:10000\",\"http\":\"http://10.0.0.3:9000/\",\"withoutData\":true}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body())
        .startsWith("{\"status\":\"ok\",\"detail\":\"done\",\"leader\":\"node0\",\"members\":[");
    assertThat(reply.json().path("members")).hasSize(2);
    assertThat(reply.json().path("members").get(1).path("id").asText()).isEqualTo("node1");
    assertThat(node.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            RaftActor.AddMember.class,
            add -> {
              assertThat(add.id()).isEqualTo(new NodeId("node3"));
              assertThat(add.raftAddress()).isEqualTo("10.0.0.3:10000");
              assertThat(add.clientUrl()).hasValue("http://10.0.0.3:9000");
              assertThat(add.withoutData()).isTrue();
            });
  }

  @Test
  void what_need_not_be_said_about_a_member_may_be_left_out() throws Exception {
    start();
    assertThat(send("PUT", MEMBER, BODY).status()).isEqualTo(200);
    assertThat(node.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            RaftActor.AddMember.class,
            add -> {
              assertThat(add.clientUrl()).isEmpty();
              assertThat(add.withoutData()).isFalse();
            });
  }

  @Test
  void a_member_is_removed() throws Exception {
    start();
    assertThat(send("DELETE", MEMBER, "").status()).isEqualTo(200);
    assertThat(node.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            RaftActor.RemoveMember.class,
            remove -> assertThat(remove.id()).isEqualTo(new NodeId("node3")));
  }

  @Test
  void the_backup_is_for_who_may_change_the_cluster_and_for_nobody_else() throws Exception {
    start();
    Reply reply = node.get("/v1/cluster/backup");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).hasValue("application/octet-stream");
    assertThat(reply.body())
        .startsWith("DChat backup 1\n{\"cluster\":\"test\",\"node\":\"node0\",");
    Reply proxied =
        node.send(node.request("/v1/cluster/backup").header("X-Forwarded-For", "10.0.0.9").build());
    assertThat(proxied.status()).isEqualTo(403);
    assertThat(proxied.body()).contains("\"admin-only\"");
    assertThat(node.get("/v1/cluster/backup?local=true").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "'{}', ''", "'{\"to\":null}', ''", "'{\"to\":\"node1\"}', node1"})
  void leadership_goes_to_who_is_named_or_to_anybody(String body, String to) throws Exception {
    start();
    node.admin = ask -> Optional.of(new RaftActor.Done("handed over", Optional.of(NODE1.id())));
    Reply reply = send("POST", LEADER, body);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("leader").asText()).isEqualTo("node1");
    assertThat(node.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            RaftActor.TransferLeadership.class,
            transfer -> assertThat(transfer.to().map(NodeId::value).orElse("")).isEqualTo(to));
  }

  @ParameterizedTest
  @CsvSource({
    "CHANGE_UNDER_WAY, 409, change-under-way, 1",
    "MEMBER_EXISTS, 409, member-exists, ''",
    "LAST_VOTER, 409, last-voter, ''",
    "NOT_A_VOTER, 409, not-a-voter, ''",
    "TRANSFER_FAILED, 503, transfer-failed, 1",
    "OUTCOME_UNKNOWN, 504, outcome-unknown, ''"
  })
  void each_refusal_has_its_code(Refusal why, int status, String code, String retryAfter)
      throws Exception {
    start();
    node.admin = ask -> Optional.of(new RaftActor.Refused(why, "because of it"));
    Reply reply = send("PUT", MEMBER, BODY);
    assertProblem(reply, status, code);
    assertThat(reply.json().path("detail").asText()).startsWith("because of it");
    assertThat(reply.header("Retry-After").orElse("")).isEqualTo(retryAfter);
  }

  @Test
  void silence_is_an_unknown_outcome() throws Exception {
    start("propose-timeout = 100 ms");
    node.admin = ask -> Optional.empty();
    assertProblem(send("DELETE", MEMBER, ""), 504, "outcome-unknown");
  }

  @ParameterizedTest
  @CsvSource({"PUT, " + MEMBER, "DELETE, " + MEMBER, "POST, " + LEADER})
  void who_is_not_the_leader_redirects_to_the_same_path_at_its_own_address(
      String method, String path) throws Exception {
    start("public-host = chat.example.org", "not-leader = forward");
    follow(Optional.of(NODE1));
    Reply reply =
        send(method, path, method.equals("PUT") ? BODY : "", "Prefer", "dchat-not-leader=forward");
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).hasValue("http://127.0.0.1:9001" + path);
    assertThat(reply.json().path("status").asText()).isEqualTo("not_leader");
  }

  @Test
  void during_an_election_there_is_nowhere_to_redirect_to() throws Exception {
    start();
    follow(Optional.empty());
    Reply reply = send("POST", LEADER, "");
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).isEmpty();
    assertThat(reply.header("Retry-After")).hasValue("1");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400, malformed-json, ''",
    "'[]', 400, malformed-json, ''",
    "'{\"raft\":\"a:1\",\"raft\":\"b:1\"}', 400, malformed-json, ''",
    "'{\"raft\":\"a:1\"} {}', 400, malformed-json, ''",
    "'{}', 400, missing-field, raft",
    "'{\"raft\":1}', 400, wrong-field-type, raft",
    "'{\"raft\":\"a:1\",\"withoutData\":\"yes\"}', 400, wrong-field-type, withoutData",
    "'{\"raft\":\"a:1\",\"url\":\"http://a\"}', 400, unknown-field, url",
    "'{\"raft\":\"a\"}', 422, invalid-address, raft",
    "'{\"raft\":\"a:0\"}', 422, invalid-address, raft",
    "'{\"raft\":\"a:65536\"}', 422, invalid-address, raft",
    "'{\"raft\":\"0.0.0.0:1\"}', 422, invalid-address, raft",
    "'{\"raft\":\"[::1]:1\"}', 422, invalid-address, raft",
    "'{\"raft\":\"a:1\",\"http\":\"a:1\"}', 422, invalid-address, http",
    "'{\"raft\":\"a:1\",\"http\":\"ftp://a\"}', 422, invalid-address, http",
    "'{\"raft\":\"a:1\",\"http\":\"http://a/b\"}', 422, invalid-address, http",
    "'{\"raft\":\"a:1\",\"http\":\"http://\"}', 422, invalid-address, http"
  })
  void a_bad_body_is_refused_by_name(String body, int status, String code, String field)
      throws Exception {
    start();
    assertProblem(send("PUT", MEMBER, body), status, code, field);
    assertThat(node.asked).isEmpty();
  }

  @Test
  void a_bad_id_is_refused_by_name() throws Exception {
    start();
    assertProblem(send("PUT", "/v1/cluster/members/a%20b", BODY), 400, "invalid-id", "id");
    assertProblem(send("DELETE", "/v1/cluster/members/a%20b", ""), 400, "invalid-id", "id");
    assertProblem(send("POST", LEADER, "{\"to\":\"a b\"}"), 400, "invalid-id", "to");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, " + MEMBER + ", 'DELETE, PUT'",
    "POST, " + MEMBER + ", 'DELETE, PUT'",
    "GET, " + LEADER + ", POST",
    "DELETE, " + LEADER + ", POST"
  })
  void other_methods_are_405(String method, String path, String allowed) throws Exception {
    start();
    Reply reply = send(method, path, "");
    assertProblem(reply, 405, "method-not-allowed");
    assertThat(reply.header("Allow")).hasValue(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Origin", "X-Forwarded-For", "Forwarded"})
  void what_a_page_or_a_proxy_sends_is_not_the_operators_wish(String header) throws Exception {
    start();
    assertProblem(send("POST", LEADER, "", header, "for=10.0.0.9"), 403, "admin-only");
    assertThat(node.asked).isEmpty();
  }

  @Test
  void from_anywhere_is_a_setting_but_not_for_pages() throws Exception {
    start("admin-from = anywhere");
    assertThat(send("POST", LEADER, "", "X-Forwarded-For", "10.0.0.9").status()).isEqualTo(200);
    assertProblem(send("POST", LEADER, "", "Origin", "http://x"), 403, "admin-only");
  }

  @Test
  void with_a_token_it_is_what_counts_wherever_the_request_is_from() throws Exception {
    start("admin-token = \"correct-horse-battery\"");
    Reply without = send("POST", LEADER, "");
    assertProblem(without, 401, "admin-token-required");
    assertThat(without.header("WWW-Authenticate")).hasValue("Bearer realm=\"dchat admin\"");
    for (String wrong :
        List.of("Bearer correct-horse-batterx", "Bearer ", "Basic correct-horse-battery")) {
      assertProblem(
          send("DELETE", MEMBER, "", "Authorization", wrong), 401, "admin-token-required");
    }
    assertThat(node.asked).isEmpty();
    String right = "Bearer correct-horse-battery";
    assertThat(
            send("POST", LEADER, "", "Authorization", right, "X-Forwarded-For", "10.0.0.9")
                .status())
        .isEqualTo(200);
    assertProblem(
        send("POST", LEADER, "", "Authorization", right, "Origin", "http://x"), 403, "admin-only");
  }

  @Test
  void tokens_cannot_be_guessed_one_after_the_other() throws Exception {
    start("admin-token = \"correct-horse-battery\"");
    for (int i = 0; i < 10; i++) {
      assertProblem(
          send("POST", LEADER, "", "Authorization", "Bearer wrong"), 401, "admin-token-required");
    }
    Reply reply = send("POST", LEADER, "", "Authorization", "Bearer wrong");
    assertProblem(reply, 429, "too-many-attempts");
    assertThat(reply.header("Retry-After")).isPresent();
  }

  @Test
  void paths_take_no_parameters() throws Exception {
    start();
    assertProblem(send("DELETE", MEMBER + "?force=1", ""), 400, "invalid-parameter", "force");
  }

  @Test
  void a_node_the_cluster_does_without_is_not_ready_and_says_why() throws Exception {
    start();
    node.exclusion.set(Optional.of("node0 was removed from the cluster"));
    Reply ready = node.get("/ready");
    assertProblem(ready, 503, "not-ready");
    assertThat(ready.json().path("detail").asText())
        .isEqualTo("node0 was removed from the cluster");
    assertThat(node.get("/v1/cluster").json().path("trouble").asText())
        .isEqualTo("node0 was removed from the cluster");
    assertThat(node.get("/messages").status()).isEqualTo(200);
  }

  @Test
  void the_cluster_is_named() throws Exception {
    start();
    assertThat(node.get("/v1/cluster").json().path("cluster").asText()).isEqualTo("test");
  }

  private void follow(Optional<Member> leader) {
    node.status.set(following(3, leader));
    node.admin = ask -> Optional.of(new RaftActor.NotLeader(leader));
  }
}
