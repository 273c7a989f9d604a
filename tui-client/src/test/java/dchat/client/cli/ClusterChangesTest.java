package dchat.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that change the cluster, against two nodes that answer what the test says. */
class ClusterChangesTest {
  private static final Reply NO_LEADER = new Reply(302, Map.of(), "{\"leader\":null}");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Node follower;
  private Node leader;

  private record Reply(int status, Map<String, String> headers, String body) {
    static Reply done(String detail) {
      return new Reply(200, Map.of(), "{\"status\":\"ok\",\"detail\":\"" + detail + "\"}");
    }

    static Reply problem(int status, String code) {
      return new Reply(
          status, Map.of(), "{\"code\":\"%s\",\"detail\":\"about %s\"}".formatted(code, code));
    }
  }

  /** Gives the changes' replies one after the other, the last for ever; the status likewise. */
  private static final class Node {
    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Deque<Reply> replies = new ConcurrentLinkedDeque<>();
    private final Deque<String> views = new ConcurrentLinkedDeque<>();

    Node() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::answer);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (exchange.getRequestMethod().equals("GET")) {
        send(exchange, new Reply(200, Map.of(), next(views)));
      } else {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        send(exchange, next(replies));
      }
    }

    private static <T> T next(Deque<T> queue) {
      return queue.size() > 1 ? queue.poll() : queue.element();
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
      exchange.getResponseHeaders().add("X-DChat-Node", "node");
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    follower = new Node();
    leader = new Node();
    follower.replies.add(
        new Reply(302, Map.of("Location", leader.url() + "/v1/cluster/x"), "{\"leader\":\"a\"}"));
    views(view("a", ""));
  }

  @AfterEach
  void stop() {
    follower.server.stop(0);
    leader.server.stop(0);
  }

  private void views(String... views) {
    for (Node node : List.of(follower, leader)) {
      node.views.clear();
      node.views.addAll(List.of(views));
    }
  }

  /** Both nodes are members; {@code more} are further ones. */
  private String view(String leading, String more) {
    return """
    {"node":"a","role":"leader","leader":%s,"term":3,"commitIndex":9,"members":[
    {"id":"a","suffrage":"voter","http":"%s","leader":true},
    {"id":"b","suffrage":"voter","http":"%s","leader":false}%s]}\
    """
        .formatted(
            leading.isEmpty() ? "null" : "\"" + leading + "\"", leader.url(), follower.url(), more);
  }

  private static String node3(String suffrage, int lag, boolean reachable) {
    return ",{\"id\":\"node3\",\"suffrage\":\"%s\",\"lag\":%d,\"reachable\":%b}"
        .formatted(suffrage, lag, reachable);
  }

  private int cluster(String line) {
    return Main.run(
        new PrintWriter(out),
        new PrintWriter(err),
        ("cluster " + line + " --node " + follower.url()).split(" "));
  }

  @Test
  void add_follows_the_leader_waits_for_other_changes_and_shows_the_member_catching_up() {
    leader.replies.addAll(
        List.of(
            Reply.problem(409, "change-under-way"),
            Reply.problem(504, "outcome-unknown"),
            Reply.done("members: [a, b, node3]")));
    String silent = view("a", node3("learner", 900, false));
    String behind = view("a", node3("learner", 700, true));
    String voter = view("a", node3("voter", 0, true));
    views(silent, silent, behind, behind, voter);

    assertThat(cluster("add node3 --raft 10.0.0.3:10000 --http http://10.0.0.3:9000")).isZero();
    assertThat(leader.asked)
        .hasSize(3)
        .containsOnly(
            "PUT /v1/cluster/members/node3"
                + " {\"raft\":\"10.0.0.3:10000\",\"http\":\"http://10.0.0.3:9000\"}");
    assertThat(err.toString())
        .contains("about change-under-way; trying again")
        .contains("node3 doesn't answer at 10.0.0.3:10000; is it started? ...")
        .contains("node3 catches up: 700 entries to go ...");
    assertThat(out.toString()).startsWith("node3 is a voter now; members: a (leader), b, node3");
  }

  @Test
  void add_need_not_wait_and_says_when_it_waited_in_vain() {
    leader.replies.add(Reply.done("members"));
    views(view("a", node3("learner", 7, true)));

    assertThat(cluster("add node3 --raft h:1 --no-wait")).isZero();
    assertThat(out.toString()).startsWith("node3 is a member; it votes once it has caught up");
    assertThat(cluster("add node3 --raft h:1 --timeout 1")).isEqualTo(3);
    assertThat(err.toString()).contains("node3 is a member, but no voter yet");
  }

  @Test
  void remove_says_so_whether_there_was_such_a_member_or_not() {
    leader.replies.addAll(List.of(Reply.done("members: [a]"), Reply.done("is no member")));
    assertThat(cluster("remove b")).isZero();
    assertThat(out.toString()).startsWith("b is no member any more; its process can be stopped");
    assertThat(leader.asked).containsExactly("DELETE /v1/cluster/members/b ");
    out.getBuffer().setLength(0);
    assertThat(cluster("remove b")).isZero();
    assertThat(out.toString()).startsWith("b is no member\n");
  }

  @Test
  void transfer_waits_until_somebody_leads_and_tells_who() {
    leader.replies.add(Reply.done("leadership handed to b"));
    views(view("", ""), view("", ""), view("b", ""));
    assertThat(cluster("transfer b")).isZero();
    assertThat(leader.asked).containsExactly("POST /v1/cluster/leader {\"to\":\"b\"}");
    assertThat(out.toString()).startsWith("b leads now");
    assertThat(cluster("transfer a")).isEqualTo(4);
    assertThat(err.toString()).contains("b leads now, not a");
  }

  @Test
  void a_refusal_exits_with_4_and_its_reason_without_asking_again() {
    leader.replies.add(Reply.problem(409, "last-voter"));
    assertThat(cluster("remove a")).isEqualTo(4);
    assertThat(err.toString()).contains("refused: about last-voter (last-voter)");
    assertThat(leader.asked).hasSize(1);
  }

  @Test
  void an_outcome_nobody_knows_exits_with_3() {
    leader.replies.add(Reply.problem(504, "outcome-unknown"));
    assertThat(cluster("remove b --timeout 1")).isEqualTo(3);
    assertThat(err.toString()).contains("outcome unknown", "asking again is safe");
    leader.asked.clear();
    // Without a target, asking again could move the leadership twice.
    assertThat(cluster("transfer")).isEqualTo(3);
    assertThat(leader.asked).hasSize(1);
  }

  @Test
  void no_leader_within_the_time_exits_with_5_and_nothing_was_changed() {
    follower.replies.clear();
    follower.replies.add(NO_LEADER);
    assertThat(cluster("remove b --timeout 1")).isEqualTo(5);
    assertThat(err.toString())
        .contains("waiting for the cluster to elect a leader")
        .contains("nothing was changed: no leader elected");
    follower.server.stop(0);
    assertThat(cluster("remove b --timeout 1")).as("%s", err).isEqualTo(5);
  }

  @Test
  void no_answer_sends_a_change_to_a_stranger() throws IOException {
    follower.replies.clear();
    leader.replies.add(NO_LEADER);
    Node stranger = new Node();
    stranger.replies.add(Reply.done("mine"));
    follower.replies.add(
        new Reply(302, Map.of("Location", stranger.url() + "/v1/cluster/members/b"), "{}"));
    assertThat(cluster("remove b --timeout 1")).isEqualTo(5);
    assertThat(stranger.asked).isEmpty();
    stranger.server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add",
        "add node3",
        "add node3 --raft nowhere",
        "add node/3 --raft h:1",
        "add node3 --raft h:1 --http ftp://x",
        "remove",
        "remove a/b",
        "remove a --timeout 0",
        "transfer a b"
      })
  void wrong_usage_exits_with_2_and_asks_nobody(String line) {
    assertThat(cluster(line)).isEqualTo(2);
    assertThat(err.toString()).startsWith("dchat: ");
    assertThat(follower.asked).isEmpty();
  }
}
