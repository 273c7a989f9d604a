package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * From an older version to this one, node by node, while people talk. Needs the older version's
 * packaged node: {@code mvn -pl node test -Dtest=RollingUpgradeTest -Ddchat.old.jar=FILE}.
 */
@Tag("processes")
@Timeout(300)
class RollingUpgradeTest {
  private static final Path OLD = Path.of(System.getProperty("dchat.old.jar", ""));

  @RegisterExtension final ProcessCluster cluster = new ProcessCluster(3);

  @BeforeAll
  static void needsAnOlderVersion() {
    boolean there = Files.isRegularFile(OLD);
    if (!there) {
      System.err.println("skipped: RollingUpgradeTest, no older version: -Ddchat.old.jar=FILE");
    }
    assumeTrue(there, "no older version to come from: -Ddchat.old.jar=FILE");
  }

  @Test
  void nothing_acknowledged_is_lost_when_nodes_are_upgraded_one_after_the_other() throws Exception {
    cluster.nodes().forEach(node -> node.runs(OLD));
    cluster.startAll();
    try (Load load = new Load(cluster)) {
      load.awaitMore(200);
      List<NodeProcess> order = new ArrayList<>(cluster.nodesBut(cluster.awaitLeader()));
      order.add(cluster.awaitLeader());
      for (NodeProcess node : order) {
        node.terminate();
        assertThat(node.awaitExit()).isZero();
        load.awaitMore(100);
        node.runsThisVersion();
        cluster.start(node);
        cluster.awaitReady(node);
        load.awaitMore(100);
      }
      load.stop();
      load.requireAllOn(cluster.nodes());
    }
    for (NodeProcess node : cluster.nodes()) {
      assertThat(node.send("GET", "/v1/cluster/backup", ""))
          .as("all run the new version")
          .contains(200);
    }
  }
}
