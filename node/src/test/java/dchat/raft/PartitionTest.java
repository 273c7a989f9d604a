package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clusters of real RaftActors whose network is cut and healed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartitionTest {
  private ActorTestKit testKit;
  private ManualClock clock;
  private PartitionedCluster cluster;

  @BeforeAll
  void startActorSystem() {
    testKit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    clock = new ManualClock(ManualTime.get(testKit.system()));
  }

  @BeforeEach
  void startCluster() {
    cluster = new PartitionedCluster(testKit, clock, 3);
  }

  @AfterEach
  void stopCluster() {
    cluster.stop();
  }

  @AfterAll
  void stopActorSystem() {
    testKit.shutdownTestKit();
  }

  @Test
  void a_leader_that_is_cut_off_steps_down_and_loses_nothing_that_was_acknowledged() {
    NodeId first = cluster.awaitLeaderAmong(cluster.ids());
    assertCommitted(cluster.answerTo(first, "one", false));

    cluster.isolate(first);
    BlockingQueue<RaftActor.ProposeReply> doomed = cluster.propose(first, "doomed", false);
    List<NodeId> rest = cluster.ids().stream().filter(id -> !id.equals(first)).toList();
    NodeId second = cluster.awaitLeaderAmong(rest);
    assertCommitted(cluster.answerTo(second, "two", false));

    assertThat(cluster.awaitAnswer(doomed)).isInstanceOf(RaftActor.OutcomeUnknown.class);
    cluster.advanceUntil("it has stepped down", () -> !cluster.status(first).isLeader());
    assertThat(cluster.answerTo(first, "three", false))
        .isEqualTo(new RaftActor.NotLeader(Optional.empty()));

    cluster.heal();
    cluster.advanceUntil(
        "all agree",
        () ->
            cluster.ids().stream()
                .allMatch(id -> cluster.commands(id).equals(List.of("one", "two"))));
  }

  @Test
  void rule_16_an_isolated_node_that_comes_back_deposes_nobody() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    long term = cluster.status(leader).term();
    NodeId lonely = anyFollower(leader);

    cluster.isolate(lonely);
    cluster.advanceUntil(
        "it looks for a leader",
        () -> cluster.status(lonely).role() == RaftStatus.Role.PRE_CANDIDATE);
    assertCommitted(cluster.answerTo(leader, "meanwhile", false));
    cluster.heal();

    cluster.advanceUntil(
        "it has caught up", () -> cluster.commands(lonely).equals(List.of("meanwhile")));
    assertThat(cluster.status(leader).isLeader()).isTrue();
    assertThat(cluster.status(leader).term()).isEqualTo(term);
  }

  @Test
  void rule_16_a_leader_that_hears_nobody_gives_way_although_everybody_hears_it() {
    NodeId deaf = cluster.awaitLeaderAmong(cluster.ids());
    List<NodeId> rest = cluster.ids().stream().filter(id -> !id.equals(deaf)).toList();

    rest.forEach(id -> cluster.cutOneWay(id, deaf));

    NodeId next = cluster.awaitLeaderAmong(rest);
    assertCommitted(cluster.answerTo(next, "works", false));
  }

  @Test
  void rule_16_a_leader_that_nobody_hears_gives_way() {
    NodeId mute = cluster.awaitLeaderAmong(cluster.ids());
    List<NodeId> rest = cluster.ids().stream().filter(id -> !id.equals(mute)).toList();

    rest.forEach(id -> cluster.cutOneWay(mute, id));

    NodeId next = cluster.awaitLeaderAmong(rest);
    assertCommitted(cluster.answerTo(next, "works", false));
  }

  @Test
  void rule_16_a_cut_between_two_followers_disturbs_nobody() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    long term = cluster.status(leader).term();
    List<NodeId> followers = cluster.ids().stream().filter(id -> !id.equals(leader)).toList();

    cluster.cutOneWay(followers.get(0), followers.get(1));
    cluster.cutOneWay(followers.get(1), followers.get(0));
    for (int i = 0; i < 5; i++) {
      assertCommitted(cluster.answerTo(leader, "line " + i, false));
    }

    assertThat(cluster.status(leader).term()).isEqualTo(term);
  }

  @Test
  void without_a_majority_nothing_is_acknowledged() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    cluster.ids().stream().filter(id -> !id.equals(leader)).forEach(cluster::kill);

    RaftActor.ProposeReply answer = cluster.answerTo(leader, "alone", false);

    assertThat(answer).isInstanceOf(RaftActor.OutcomeUnknown.class);
    assertThat(cluster.commands(leader)).isEmpty();
  }

  @Test
  void a_restarted_cluster_still_knows_everything() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    assertCommitted(cluster.answerTo(leader, "kept", false));

    cluster.ids().forEach(cluster::kill);
    cluster.ids().forEach(cluster::start);

    cluster.awaitLeaderAmong(cluster.ids());
    cluster.advanceUntil(
        "all agree",
        () -> cluster.ids().stream().allMatch(id -> cluster.commands(id).equals(List.of("kept"))));
  }

  @Test
  void a_follower_forwards_when_it_is_asked_to() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    NodeId follower = anyFollower(leader);

    assertCommitted(cluster.answerTo(follower, "forwarded", true));
    cluster.advanceUntil(
        "applied everywhere", () -> cluster.commands(follower).equals(List.of("forwarded")));
  }

  @Test
  void a_forwarded_command_whose_leader_vanished_ends_as_unknown() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    NodeId follower = anyFollower(leader);
    cluster.isolate(leader);

    assertThat(cluster.answerTo(follower, "lost", true))
        .isInstanceOf(RaftActor.OutcomeUnknown.class);
  }

  @Test
  void every_node_learns_where_clients_reach_the_others() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    NodeId follower = anyFollower(leader);

    assertThat(cluster.status(follower).leader().orElseThrow().clientUrl())
        .contains("http://" + leader);
  }

  private NodeId anyFollower(NodeId leader) {
    return cluster.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  private static void assertCommitted(RaftActor.ProposeReply reply) {
    assertThat(reply).isInstanceOf(RaftActor.Committed.class);
  }
}
