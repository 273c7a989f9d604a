package dchat.http;

import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.following;
import static dchat.http.HttpFixture.say;
import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import dchat.raft.RaftActor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How fresh a read is, and what it costs who doesn't ask. */
class FreshReadsTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final RaftActor.ReadRefused NO_LEADER =
      new RaftActor.ReadRefused(RaftActor.ReadRefusal.NOT_CONFIRMED, "no leader is known");
  private static final RaftActor.ReadRefused TOO_LATE =
      new RaftActor.ReadRefused(RaftActor.ReadRefusal.BEHIND, "this node didn't get so far");

  @TempDir Path folder;
  private HttpFixture node;

  @BeforeEach
  void start() throws Exception {
    node = new HttpFixture(KIT, folder, "read-timeout = 200 ms");
    node.status.set(following(1, Optional.of(NODE1)));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/messages", "/messages?consistency=local", "/v1/cluster?consistency=local"})
  void a_read_that_asks_for_nothing_asks_nobody(String path) {
    assertThat(node.get(path).status()).isEqualTo(200);
    assertThat(node.asked).isEmpty();
  }

  @Test
  void a_linearizable_read_shows_what_is_there_once_it_is_confirmed() {
    node.readIndex =
        ask -> {
          node.happen(say("1", "general", "said just before"));
          return Optional.of(node.ready());
        };
    Reply reply = node.get("/messages?consistency=linearizable");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json()).hasSize(1);
    assertThat(reply.header("X-DChat-Applied-Index")).hasValue("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/messages", "/v1/cluster"})
  void without_a_quorum_a_linearizable_read_is_503_and_a_local_one_is_answered(String path) {
    node.readIndex = ask -> Optional.of(NO_LEADER);
    Reply reply = node.get(path + "?consistency=linearizable");
    assertProblem(reply, 503, "no-quorum");
    assertThat(reply.json().path("detail").asText()).contains("no leader is known");
    assertThat(reply.header("Retry-After")).hasValue("1");
    assertThat(node.get(path).status()).isEqualTo(200);
  }

  @Test
  void an_election_is_ridden_out() {
    AtomicInteger asked = new AtomicInteger();
    node.readIndex = ask -> Optional.of(asked.incrementAndGet() < 3 ? NO_LEADER : node.ready());
    assertThat(node.get("/messages?consistency=linearizable").status()).isEqualTo(200);
    assertThat(asked).hasValue(3);
  }

  @Test
  void a_consensus_that_does_not_answer_is_no_quorum() {
    node.readIndex = ask -> Optional.empty();
    assertProblem(node.get("/messages?consistency=linearizable"), 503, "no-quorum");
  }

  @Test
  void an_index_that_is_applied_is_waited_for_by_nobody() {
    node.happen(say("1", "general", "x"));
    assertThat(node.get("/messages", "X-DChat-Min-Index", "1").json()).hasSize(1);
    assertThat(node.asked).isEmpty();
  }

  @Test
  void a_read_waits_until_its_index_is_applied() {
    node.awaitApplied =
        ask -> {
          assertThat(ask.index()).isEqualTo(1);
          node.happen(say("1", "general", "x"));
          return Optional.of(node.ready());
        };
    assertThat(node.get("/messages", "X-DChat-Min-Index", "1").json()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/messages", "/v1/cluster", "/messages?consistency=linearizable"})
  void an_index_that_is_not_applied_in_time_is_503(String path) {
    node.awaitApplied = ask -> Optional.of(TOO_LATE);
    Reply reply = node.get(path, "X-DChat-Min-Index", "7");
    assertProblem(reply, 503, "behind");
    assertThat(reply.header("Retry-After")).hasValue("1");
  }

  @Test
  void a_confirmed_read_on_a_node_that_lags_is_behind_and_not_without_a_quorum() {
    node.readIndex = ask -> Optional.of(TOO_LATE);
    assertProblem(node.get("/messages?consistency=linearizable"), 503, "behind");
  }

  @ParameterizedTest
  @CsvSource({"strong", "''", "Linearizable"})
  void an_unknown_consistency_is_400(String value) {
    assertProblem(
        node.get("/messages?consistency=" + value), 400, "invalid-parameter", "consistency");
    assertProblem(
        node.get("/v1/cluster?consistency=" + value), 400, "invalid-parameter", "consistency");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "99999999999999999999"})
  void a_malformed_index_is_400(String value) {
    assertProblem(
        node.get("/messages", "X-DChat-Min-Index", value),
        400,
        "invalid-min-index",
        "X-DChat-Min-Index");
  }
}
