package dchat.http;

import static dchat.http.HttpFixture.NODE0;
import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.following;
import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.RaftStatus;
import dchat.raft.RaftStatus.Role;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;

  @BeforeEach
  void start() throws Exception {
    node = new HttpFixture(KIT, folder, "ready-max-lag = 10", "live-within = 300 ms");
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
  void health_is_ok_even_in_trouble() {
    node.status.set(following(1, Optional.empty()));
    Reply reply = node.get("/health");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("OK");
    assertThat(reply.header("X-DChat-Node")).hasValue("node0");
  }

  @Test
  void a_load_balancer_may_look_with_head() {
    HttpRequest head =
        node.request("/health").method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    assertThat(node.send(head).status()).isEqualTo(200);
  }

  @Test
  void a_node_has_started_once_its_journal_is_read_and_stays_so_when_the_journal_fails_later() {
    node.status.set(HttpFixture.status(Role.RECOVERING, 0, Optional.empty(), 0, 0));
    assertSaysNo("/started", "journal");

    node.status.set(following(1, Optional.empty()));
    Reply started = node.get("/started");
    assertThat(started.status()).as("without a leader").isEqualTo(200);
    assertThat(started.json().path("status").asText()).isEqualTo("started");
    assertThat(started.json().path("detail").asText()).isNotBlank();

    node.status.set(troubled(Role.RECOVERING, "the disk is full"));
    assertThat(node.get("/started").status()).isEqualTo(200);
  }

  @Test
  void a_journal_that_cannot_be_read_is_why_a_node_has_not_started() {
    node.status.set(troubled(Role.RECOVERING, "the disk is broken"));
    assertSaysNo("/started", "the disk is broken");
  }

  @Test
  void a_node_is_ready_with_a_leader_and_little_lag() {
    node.status.set(HttpFixture.status(Role.FOLLOWER, 1, Optional.of(NODE1), 30, 20));
    Reply ready = node.get("/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().path("detail").asText()).contains("node1 leads").contains("10");
  }

  @ParameterizedTest
  @CsvSource({
    "FOLLOWER, false, 0, leader",
    "FOLLOWER, true, 11, applied",
    "RECOVERING, true, 0, journal"
  })
  void a_node_that_is_not_ready_says_why(Role role, boolean leader, long lag, String reason) {
    node.status.set(
        HttpFixture.status(role, 1, Optional.of(NODE1).filter(l -> leader), 100, 100 - lag));
    assertSaysNo("/ready", reason);
  }

  @Test
  void a_node_in_trouble_is_not_ready() {
    node.status.set(troubled(Role.FOLLOWER, "the disk is full"));
    assertSaysNo("/ready", "the disk is full");
  }

  @Test
  void a_node_whose_disk_takes_no_writes_is_not_ready_before_anybody_writes() {
    node.diskTrouble.set(Optional.of("can't write to data: no space left"));
    assertSaysNo("/ready", "no space left");
    node.diskTrouble.set(Optional.empty());
    assertThat(node.get("/ready").status()).isEqualTo(200);
  }

  @Test
  void a_learner_is_not_ready() {
    Member learner =
        new Member(NODE0.id(), NODE0.raftAddress(), NODE0.clientUrl(), Member.Suffrage.LEARNER);
    node.status.set(
        status(Role.FOLLOWER, Optional.of(NODE1), Membership.of(learner, NODE1), Optional.empty()));
    assertSaysNo("/ready", "learner");
  }

  @Test
  void a_node_that_stops_is_not_ready_but_lives_and_answers() {
    node.server.drain();
    assertSaysNo("/ready", "stopping");
    assertThat(node.get("/live").status()).isEqualTo(200);
    assertThat(node.get("/messages").status()).isEqualTo(200);
  }

  @Test
  void a_node_without_leader_majority_or_disk_lives() {
    node.status.set(troubled(Role.RECOVERING, "the disk is full"));
    node.diskTrouble.set(Optional.of("can't write"));
    Reply live = node.get("/live");
    assertThat(live.status()).isEqualTo(200);
    assertThat(live.json().path("status").asText()).isEqualTo("live");
    assertThat(live.json().path("detail").asText()).isNotBlank();
  }

  @Test
  void a_node_whose_consensus_is_stuck_does_not() {
    node.answersView = false;
    assertSaysNo("/live", "Consensus");
  }

  private void assertSaysNo(String probe, String reason) {
    Reply reply = node.get(probe);
    assertProblem(reply, 503, "not-ready");
    assertThat(reply.json().path("detail").asText()).contains(reason);
    assertThat(reply.header("Retry-After")).hasValue("1");
  }

  private static RaftStatus troubled(Role role, String trouble) {
    return status(role, Optional.empty(), Membership.of(NODE0, NODE1), Optional.of(trouble));
  }

  private static RaftStatus status(
      Role role, Optional<Member> leader, Membership membership, Optional<String> trouble) {
    return new RaftStatus(NODE0.id(), role, 1, leader, 0, 0, 0, 0, membership, false, trouble);
  }
}
