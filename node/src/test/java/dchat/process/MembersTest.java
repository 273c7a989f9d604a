package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.process.NodeProcess.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who belongs to the cluster and who leads it changes, and nobody who writes loses a line. One
 * cluster goes through all of it: each test begins with the three members that the one before left.
 */
@Tag("processes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembersTest {
  /** Three found the cluster; two more can join. Who joins late needs a snapshot. */
  @RegisterExtension
  static final ProcessCluster cluster =
      new ProcessCluster(
          5,
          "dchat.raft.compaction.after-entries=60",
          "dchat.raft.compaction.keep-entries=10",
          "dchat.raft.journal.snapshot-every=50");

  private List<NodeProcess> members = List.of();

  @BeforeAll
  void found() {
    members = cluster.nodes().subList(0, 3);
    String founders =
        String.join(
            ",", members.stream().map(node -> node.id() + "=" + node.raftAddress()).toList());
    members.forEach(node -> node.start(founders));
    members.forEach(cluster::awaitReady);
  }

  @Test
  void three_nodes_become_five_and_three_again_without_the_leader_and_no_line_is_lost()
      throws Exception {
    List<NodeProcess> joiners = cluster.nodesBut(members);
    for (NodeProcess joiner : joiners) {
      delete(joiner.data());
    }
    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      for (NodeProcess joiner : joiners) {
        joiner.join(members.getFirst());
        awaitVoter(joiner);
        cluster.awaitReady(joiner);
        load.awaitMore(50);
      }

      NodeProcess leader = cluster.awaitLeader();
      remove(leader);
      awaitRemoved(leader);
      load.awaitMore(50);
      NodeProcess other = cluster.nodesBut(leader, cluster.awaitLeader()).getFirst();
      remove(other);
      awaitRemoved(other);
      load.awaitMore(50);
      load.stop();

      members = cluster.nodesBut(List.of(leader, other));
      List<Message> messages = load.requireAllOn(members);
      for (NodeProcess removed : List.of(leader, other)) {
        List<Message> seen = removed.messages().orElseThrow();
        assertThat(messages).startsWith(seen.toArray(Message[]::new));
      }
      assertThat(members.getFirst().memberIds())
          .containsExactlyElementsOf(members.stream().map(NodeProcess::id).toList());
      cluster.nodesBut(members).forEach(NodeProcess::kill);
    }
  }

  @Test
  void a_voter_that_lost_its_disk_is_refused_until_it_was_removed_and_then_comes_back()
      throws Exception {
    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      NodeProcess leader = cluster.awaitLeader();
      NodeProcess wiped = another(leader);
      wiped.kill();
      delete(wiped.data());

      wiped.join(leader);
      assertThat(wiped.awaitExit()).isEqualTo(1);
      assertThat(wiped.log(1))
          .startsWith("dchat node: can't join: " + wiped.id() + " is a voter of the cluster")
          .contains("./dchat cluster remove " + wiped.id());
      assertThat(wiped.data()).doesNotExist();

      remove(wiped);
      wiped.join(leader);
      awaitVoter(wiped);
      load.awaitMore(50);
      load.stop();
      load.requireAllOn(members);
    }
  }

  @Test
  void no_line_is_lost_by_handing_leadership_over_again_and_again_nor_by_a_rolling_restart()
      throws Exception {
    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      load.measureFromNow();
      for (int i = 0; i < 5; i++) {
        handLeadershipOver();
        load.awaitMore(30);
      }
      print("5 transfers of leadership", load);

      load.measureFromNow();
      for (NodeProcess node : members) {
        node.terminate();
        assertThat(node.awaitExit()).isZero();
        node.startAgain();
        cluster.awaitReady(node);
        load.awaitMore(50);
      }
      print("rolling restart of three nodes", load);
      load.stop();
      load.requireAllOn(members);
    }
  }

  private static void print(String what, Load load) {
    System.out.printf(
        "%s under load: longest wait of a writer %d ms, %d unknown%n",
        what, load.longestWait().toMillis(), load.unknownOutcomes());
  }

  private void handLeadershipOver() {
    NodeProcess before = cluster.awaitLeader();
    NodeProcess heir = another(before);
    askLeader("POST", "/v1/cluster/leader", "{\"to\":\"" + heir.id() + "\"}");
    Await.until("the heir leads", ProcessCluster.SOON, () -> cluster.awaitLeader() == heir);
  }

  private NodeProcess another(NodeProcess than) {
    return members.stream().filter(node -> node != than).findFirst().orElseThrow();
  }

  private void remove(NodeProcess node) {
    askLeader("DELETE", "/v1/cluster/members/" + node.id(), "");
  }

  /** As an operator does: asks whoever leads until it is done; asking again is safe. */
  private void askLeader(String method, String path, String body) {
    Await.until(
        method + " " + path,
        ProcessCluster.SOON,
        () ->
            cluster.nodes().stream()
                .filter(NodeProcess::isRunning)
                .anyMatch(node -> node.send(method, path, body).equals(Optional.of(200))));
  }

  private void awaitVoter(NodeProcess node) {
    Await.until(
        node.id() + " is a voter",
        ProcessCluster.SOON,
        () -> {
          assertThat(node.isRunning()).as("%s runs", node.id()).isTrue();
          return node.hasSaid(node.id() + " has caught up and is a voter now");
        });
  }

  private void awaitRemoved(NodeProcess node) {
    Await.until(
        node.id() + " knows that it was removed",
        ProcessCluster.SOON,
        () -> !node.isReady() && node.hasSaid(node.id() + " was removed from the cluster"));
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }
}
