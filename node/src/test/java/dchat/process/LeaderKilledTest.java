package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.process.NodeProcess.Message;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an acknowledgement is worth when machines die. */
@Tag("processes")
class LeaderKilledTest {
  /** Compacts so often that who was away for a hundred messages needs a snapshot. */
  @RegisterExtension
  static final ProcessCluster cluster =
      new ProcessCluster(
          3,
          "dchat.raft.compaction.after-entries=60",
          "dchat.raft.compaction.keep-entries=10",
          "dchat.raft.journal.snapshot-every=50");

  @BeforeEach
  void startAll() {
    cluster.startAll();
  }

  @Test
  void every_acknowledged_message_is_on_all_nodes_once_and_in_one_order_whoever_is_killed()
      throws Exception {
    List<Message> before;
    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      NodeProcess killed = cluster.awaitLeader();
      killed.kill();
      Optional<String> had = installedSnapshot(killed);
      load.awaitMore(100);
      cluster.start(killed);
      cluster.awaitReady(killed);
      Await.until(
          "it has installed a snapshot",
          ProcessCluster.SOON,
          () ->
              installedSnapshot(killed)
                  .filter(label -> !had.equals(Optional.of(label)))
                  .isPresent());
      load.awaitMore(100);
      load.stop();
      before = load.requireAllOn(cluster.nodes());
    }

    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      cluster.nodes().forEach(NodeProcess::kill);
      load.stop();
      cluster.startAll();
      List<Message> after = load.requireAllOn(cluster.nodes());
      assertThat(after).startsWith(before.toArray(Message[]::new));
    }
  }

  @Test
  void a_leader_that_slept_through_an_election_gives_way_and_an_orderly_restart_loses_nothing()
      throws Exception {
    try (Load load = new Load(cluster)) {
      load.awaitMore(50);
      NodeProcess sleeper = cluster.awaitLeader();
      sleeper.pause();
      load.awaitMore(50);
      sleeper.resume();
      cluster.awaitReady(sleeper);
      load.awaitMore(50);
      load.stop();
      List<Message> before = load.requireAllOn(cluster.nodes());

      cluster.nodes().forEach(NodeProcess::terminate);
      assertThat(cluster.nodes()).allMatch(node -> node.awaitExit() == 0);
      cluster.startAll();
      assertThat(load.requireAllOn(cluster.nodes())).isEqualTo(before);
    }
  }

  @Test
  void one_of_three_acknowledges_nothing_until_another_is_back() {
    List<Message> before = ProcessCluster.agreed(cluster.nodes());
    NodeProcess left = cluster.node(0);
    cluster.nodesBut(left).forEach(NodeProcess::kill);
    // Both are dead, so whatever the one that is left may still believe, nothing can be committed.
    String id = UUID.randomUUID().toString();
    Writer writer = new Writer(cluster, "ann");
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() < end) {
      assertThat(writer.attempt(id)).isEmpty();
    }
    assertThat(left.messages()).hasValue(before);

    NodeProcess back = cluster.node(1);
    cluster.start(back);
    long index =
        Await.value(
                "the write is acknowledged",
                ProcessCluster.SOON,
                () -> Optional.of(writer.attempt(id)).filter(i -> i.isPresent()))
            .getAsLong();
    List<Message> all = new ArrayList<>(before);
    all.add(new Message(index, id));
    Await.until(
        "both nodes have the message once",
        ProcessCluster.SOON,
        () ->
            List.of(left, back).stream()
                .allMatch(node -> node.messages().equals(Optional.of(all))));
  }

  private static Optional<String> installedSnapshot(NodeProcess node) {
    try (Connection chat =
            DriverManager.getConnection("jdbc:sqlite:" + node.data().resolve("chat.db"));
        Statement statement = chat.createStatement();
        ResultSet rows = statement.executeQuery("SELECT label FROM installed_snapshot")) {
      return rows.next()
          ? Optional.of(HexFormat.of().formatHex(rows.getBytes("label")))
          : Optional.empty();
    } catch (SQLException e) {
      throw new AssertionError("chat.db can't be read", e);
    }
  }
}
