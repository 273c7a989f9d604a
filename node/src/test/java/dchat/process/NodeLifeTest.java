package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a node's process begins and ends. */
@Tag("processes")
class NodeLifeTest {
  @RegisterExtension final ProcessCluster cluster = new ProcessCluster(3);

  @Test
  void nodes_that_know_only_addresses_form_a_cluster_and_later_need_only_a_majority() {
    cluster.nodes().forEach(cluster::startKnowingOnlyAddresses);
    cluster.nodes().forEach(cluster::awaitReady);

    cluster.nodes().forEach(NodeProcess::kill);
    List<NodeProcess> majority = cluster.nodesBut(cluster.node(1));
    majority.forEach(cluster::startKnowingOnlyAddresses);
    majority.forEach(cluster::awaitReady);
  }

  @Test
  void a_node_told_to_stop_exits_with_0_and_says_so_in_one_line() {
    NodeProcess node = cluster.node(0);
    node.start(node.raftAddress());
    cluster.awaitReady(node);
    node.terminate();

    assertThat(node.awaitExit()).isZero();
    List<String> lines = node.log(100).lines().toList();
    assertThat(lines.getLast()).endsWith("INFO  node0 stopped (signal)");
    assertThat(lines).noneMatch(line -> line.contains("ERROR") || line.contains("WARN "));
  }

  @Test
  void a_second_process_on_a_folder_in_use_exits_with_1_and_one_line() {
    NodeProcess node = cluster.node(0);
    node.start(node.raftAddress());
    cluster.awaitReady(node);

    NodeProcess second = cluster.node(1);
    second.start(
        List.of(
            "--id",
            "node0",
            "--http-port",
            Integer.toString(second.uri("").getPort()),
            "--raft-port",
            second.raftAddress().replaceAll(".*:", ""),
            "--data",
            node.data().toString()));
    assertThat(second.awaitExit()).isEqualTo(1);
    assertThat(second.log(100).lines())
        .singleElement()
        .asString()
        .startsWith("dchat node: data folder " + node.data() + " is in use by a running node");
  }

  @Test
  void a_busy_port_is_exit_code_1_one_line_and_no_data_folder() throws Exception {
    NodeProcess node = cluster.node(0);
    int port = node.uri("").getPort();
    try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      node.start(node.raftAddress());
      assertThat(node.awaitExit()).isEqualTo(1);
      assertThat(node.log(100).lines())
          .singleElement()
          .asString()
          .startsWith("dchat node: can't listen for http at 127.0.0.1:" + busy.getLocalPort());
    }
    assertThat(Files.exists(node.data())).isFalse();
  }

  @Test
  void another_nodes_data_is_exit_code_1_and_one_line() {
    NodeProcess node = cluster.node(0);
    DataFolder.open(node.data(), new Identity("node7", "dchat")).close();
    node.start(node.raftAddress());
    assertThat(node.awaitExit()).isEqualTo(1);
    assertThat(node.log(100).lines())
        .singleElement()
        .asString()
        .endsWith("journal.db belongs to node7 of cluster dchat, not to node0 of cluster dchat");
  }
}
