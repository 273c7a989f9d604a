package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Log compaction and snapshots (paper, section 7; thesis, chapter 5). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotTest {
  private ActorTestKit testKit;
  private ManualClock clock;
  private PartitionedCluster cluster;
  private final List<String> sent = new ArrayList<>();

  @BeforeAll
  void startActorSystem() {
    testKit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    clock = new ManualClock(ManualTime.get(testKit.system()));
  }

  @BeforeEach
  void startCluster() {
    cluster =
        new PartitionedCluster(
            testKit,
            clock,
            3,
            """
            compaction {
              after-entries = 10
              keep-entries = 2
              after-bytes = 200
              # Too little to hold what a peer lacks here.
              keep-for-peers-bytes = 200
            }
            """);
    sent.clear();
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
  void rule_14_a_peer_whose_entries_were_compacted_gets_the_state_and_goes_on() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    NodeId lagging = follower(leader);
    cluster.isolate(lagging);
    say(leader, 30);

    cluster.heal();

    awaitAllEqual();
    assertThat(cluster.hasInstalledSnapshot(lagging)).isTrue();
    say(cluster.awaitLeaderAmong(cluster.ids()), 3);
    awaitAllEqual();
  }

  @Test
  void rule_14_replicas_that_compacted_start_again_and_agree() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    say(leader, 30);
    awaitAllEqual();

    cluster.ids().forEach(cluster::kill);
    cluster.ids().forEach(cluster::start);

    say(cluster.awaitLeaderAmong(cluster.ids()), 3);
    awaitAllEqual();
  }

  @Test
  void rule_14_who_installed_a_snapshot_starts_again_with_it() {
    NodeId leader = cluster.awaitLeaderAmong(cluster.ids());
    NodeId lagging = follower(leader);
    cluster.isolate(lagging);
    say(leader, 30);
    cluster.heal();
    awaitAllEqual();

    cluster.kill(lagging);
    cluster.start(lagging);

    say(cluster.awaitLeaderAmong(cluster.ids()), 3);
    awaitAllEqual();
  }

  @Test
  void rule_14_half_a_snapshot_of_a_deposed_leader_is_thrown_away() {
    NodeId first = cluster.awaitLeaderAmong(cluster.ids());
    NodeId lagging = follower(first);
    cluster.isolate(lagging);
    say(first, 60);
    cluster.heal();
    // As soon as the first part has arrived, its sender goes.
    cluster.advanceUntil("contact", () -> cluster.status(lagging).leader().isPresent());
    cluster.isolate(first);
    List<NodeId> rest = cluster.ids().stream().filter(id -> !id.equals(first)).toList();
    NodeId second = cluster.awaitLeaderAmong(rest);
    say(second, 3);
    cluster.heal();

    awaitAllEqual();
  }

  private void say(NodeId leader, int lines) {
    for (int i = 0; i < lines; i++) {
      String line = "line " + sent.size();
      assertThat(cluster.answerTo(leader, line, false)).isInstanceOf(RaftActor.Committed.class);
      sent.add(line);
    }
  }

  private void awaitAllEqual() {
    cluster.advanceUntil(
        "all have all " + sent.size() + " lines",
        () -> cluster.ids().stream().allMatch(id -> cluster.commands(id).equals(sent)));
  }

  private NodeId follower(NodeId leader) {
    return cluster.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }
}
