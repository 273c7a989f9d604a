package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.storage.Postgres;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three nodes that keep everything in PostgreSQL, each in a database of its own. */
@Tag("processes")
class PostgresClusterTest {
  /** Whichever it noticed first: that it can't use its journal, or can't apply entries. */
  private static final Predicate<String> AWAY =
      Pattern.compile("can't .*: can't use PostgreSQL database .* Connection refused")
          .asMatchPredicate();

  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @RegisterExtension
  final ProcessCluster cluster =
      new ProcessCluster(
          3,
          "dchat.storage.kind=postgres",
          "dchat.storage.postgres.port=" + POSTGRES.server().port(),
          "dchat.storage.postgres.password=" + POSTGRES.server().password(),
          // Nothing is kept in folders.
          "dchat.node.data=",
          // Away for many attempts, not for a long time.
          "dchat.raft.recovery-backoff=100ms",
          "dchat.raft.compaction.after-entries=60",
          "dchat.raft.compaction.keep-entries=10",
          "dchat.raft.journal.snapshot-every=50");

  @BeforeAll
  static void makeDatabases() {
    for (int i = 0; i < 3; i++) {
      POSTGRES.server().database("dchat_node" + i);
    }
  }

  @Test
  void rule_17_nothing_is_lost_when_a_node_is_killed_or_the_server_crashes_and_all_come_back()
      throws Exception {
    cluster.startAll();
    try (Load load = new Load(cluster)) {
      load.awaitMore(100);
      NodeProcess killed = cluster.awaitLeader();
      killed.kill();
      load.awaitMore(100);
      cluster.start(killed);
      cluster.awaitReady(killed);

      POSTGRES.server().crash();
      // The leader, at least: one that only waits for a leader has nothing to write.
      Await.until(
          "a node says what it can't do, and why",
          ProcessCluster.SOON,
          () -> cluster.nodes().stream().flatMap(node -> node.trouble().stream()).anyMatch(AWAY));
      for (NodeProcess node : cluster.nodes()) {
        assertThat(node.isReady()).as("%s is ready", node.id()).isFalse();
      }
      assertThat(killed.send("GET", "/messages", "")).hasValue(503);
      POSTGRES.server().start();
      cluster.nodes().forEach(cluster::awaitReady);
      load.awaitMore(50);
      load.stop();
      load.requireAllOn(cluster.nodes());
      for (NodeProcess node : cluster.nodes()) {
        assertThat(node.log(Integer.MAX_VALUE).lines().filter(line -> line.contains("\tat ")))
            .as("no stack trace of " + node.id())
            .isEmpty();
      }
    }
  }
}
