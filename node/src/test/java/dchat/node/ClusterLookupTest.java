package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import dchat.node.FakeNode.Answer;
import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLookupTest {
  private static final String FOUNDER = "node0=127.0.0.1:10000,node3=127.0.0.1:10003";

  @TempDir Path temp;

  @Test
  void it_asks_for_what_a_majority_knows_and_takes_term_index_and_members() throws Exception {
    try (FakeNode node = new FakeNode(cluster("dchat", member("node0", 10000, "voter")))) {
      JoinedCluster found = find(node.url());

      assertThat(found.point()).isEqualTo(new JoinPoint(7, 40));
      assertThat(found.members())
          .containsExactly(
              new Member(
                  new NodeId("node0"),
                  "127.0.0.1:10000",
                  Optional.of("http://node0"),
                  Member.Suffrage.VOTER));
      assertThat(node.requests).containsExactly("GET /v1/cluster?consistency=linearizable ");
    }
  }

  @Test
  void it_asks_the_next_one_and_asks_again_until_one_can_speak_for_a_majority() throws Exception {
    Answer noQuorum = Answer.problem(503, "no-quorum", "no leader is known");
    Answer stranger = Answer.json(404, "nothing here");
    try (FakeNode lost = new FakeNode(noQuorum);
        FakeNode later =
            new FakeNode(stranger, cluster("dchat", member("node0", 10000, "voter")))) {
      assertThat(find(lost.url(), later.url()).point().term()).isEqualTo(7);
      assertThat(lost.requests).hasSize(2);
    }
  }

  @Test
  void a_learner_that_lost_its_data_may_come_again_and_is_no_member_until_it_is_let_in()
      throws Exception {
    try (FakeNode node =
        new FakeNode(
            cluster("dchat", member("node0", 10000, "voter"), member("node3", 10003, "learner")))) {
      assertThat(find(node.url()).members())
          .extracting(Member::id)
          .containsExactly(new NodeId("node0"));
    }
  }

  @Test
  void another_cluster_is_refused_by_its_name() throws Exception {
    try (FakeNode node = new FakeNode(cluster("ops", member("node0", 10000, "voter")))) {
      assertRefused(node, "belongs to cluster ops, not to dchat");
    }
  }

  @Test
  void rule_13_a_voter_that_lost_its_data_is_refused_and_told_what_to_do() throws Exception {
    try (FakeNode node = new FakeNode(cluster("dchat", member("node3", 10003, "voter")))) {
      assertRefused(
          node,
          "node3 is a voter of the cluster already",
          "./dchat cluster remove node3 --node " + node.url());
    }
  }

  @Test
  void an_id_or_address_that_is_taken_is_refused() throws Exception {
    try (FakeNode node = new FakeNode(cluster("dchat", member("node3", 10009, "learner")))) {
      assertRefused(node, "node3 is a member at 127.0.0.1:10009 already, not at 127.0.0.1:10003");
    }
    try (FakeNode node = new FakeNode(cluster("dchat", member("node4", 10003, "voter")))) {
      assertRefused(node, "127.0.0.1:10003 is the address of member node4");
    }
  }

  @Test
  void one_of_the_first_joins_only_where_the_cluster_has_removed_it() throws Exception {
    try (FakeNode node =
        new FakeNode(
            Answer.problem(503, "no-quorum", "no leader is known"),
            cluster("dchat", member("node0", 10000, "voter"), member("node3", 10003, "voter")),
            cluster("dchat", member("node0", 10000, "voter")))) {
      assertThat(look(FOUNDER, node.url())).as("nobody knows").isEmpty();
      assertThat(look(FOUNDER, node.url())).as("it is awaited").isEmpty();
      assertThat(look(FOUNDER, node.url())).as("it was removed").isPresent();
    }
    try (FakeNode node = new FakeNode(cluster("ops", member("node0", 10000, "voter")))) {
      assertThatExceptionOfType(StartException.InTheWay.class)
          .isThrownBy(() -> look(FOUNDER, node.url()))
          .withMessageContaining("belongs to cluster ops, not to dchat");
    }
  }

  private void assertRefused(FakeNode node, String... parts) {
    assertThatExceptionOfType(StartException.InTheWay.class)
        .isThrownBy(() -> find(node.url()))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).hasLineCount(1));
  }

  private JoinedCluster find(URI... nodes) {
    return look("", nodes).orElseThrow();
  }

  private Optional<JoinedCluster> look(String peers, URI... nodes) {
    String urls = Arrays.stream(nodes).map(URI::toString).collect(Collectors.joining(","));
    NodeSettings settings =
        NodeSettings.from(
            NodeConfig.load(
                Optional.empty(),
                ConfigFactory.parseMap(
                    Map.of(
                        "dchat.node.id",
                        "node3",
                        "dchat.node.data",
                        temp.toString(),
                        "dchat.raft.port",
                        10003,
                        "dchat.node.peers",
                        peers,
                        "dchat.node.join",
                        urls))));
    return ClusterLookup.findIfAsked(settings, NodeTls.OFF, true);
  }

  private static Answer cluster(String name, String... members) {
    return Answer.json(
        200,
        "{\"cluster\":\"%s\",\"term\":7,\"commitIndex\":40,\"members\":[%s]}"
            .formatted(name, String.join(",", members)));
  }

  private static String member(String id, int port, String suffrage) {
    return "{\"id\":\"%s\",\"raft\":\"127.0.0.1:%d\",\"http\":\"http://%s\",\"suffrage\":\"%s\"}"
        .formatted(id, port, id, suffrage);
  }
}
