package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dchat.raft.NodeId;
import dchat.storage.DataPlace;
import dchat.storage.PostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
  @TempDir Path temp;

  @Test
  void an_id_is_all_a_node_needs() throws Exception {
    NodeSettings settings = load("dchat.node.id = node0");

    assertThat(settings.id()).isEqualTo(new NodeId("node0"));
    assertThat(settings.clusterName()).isEqualTo("dchat");
    assertThat(settings.data()).isEqualTo(new DataPlace.Folder(Path.of("data", "node0")));
    assertThat(settings.peers()).isEmpty();
    assertThat(settings.clientUrl()).isEqualTo("http://127.0.0.1:9000");
    assertThat(settings.raftBind()).isEqualTo(settings.raft());
  }

  @Test
  void peers_may_be_one_string_or_a_list_with_or_without_ids_and_with_the_node_itself()
      throws Exception {
    assertThat(load(valid("dchat.node.peers = \"a:1, b:2,127.0.0.1:10000\"")).peers())
        .hasToString("[a:1, b:2]");
    assertThat(load(valid("dchat.node.peers = [\"node0=127.0.0.1:10000\", \"node2=c:3\"]")).peers())
        .hasToString("[node2=c:3]");
  }

  @Test
  void nodes_to_join_may_be_written_with_or_without_scheme_and_slash_and_name_this_one_too()
      throws Exception {
    assertThat(load(valid("dchat.node.join = \"http://a:1/, b:2,http://127.0.0.1:9000\"")).join())
        .hasToString("[http://a:1, http://b:2]");
    assertThat(load(valid("dchat.node.join = [\"https://a\"]")).join()).hasToString("[https://a]");
  }

  @Test
  void who_is_among_the_peers_founds_and_who_is_not_joins_if_it_can() throws Exception {
    String common = "\ndchat.node { peers = \"node0=a:1,node1=b:1\", join = \"http://chat:9000\" }";
    NodeSettings founder = load("dchat { node.id = node0, raft { host = a, port = 1 } }" + common);
    assertThat(founder.founder()).isTrue();
    assertThat(founder.peers()).hasToString("[node1=b:1]");

    NodeSettings later = load("dchat { node.id = node2, raft { host = c, port = 1 } }" + common);
    assertThat(later.founder()).isFalse();
    assertThat(later.peers()).isEmpty();
    assertThat(later.join()).hasToString("[http://chat:9000]");

    assertThat(load("dchat.node.id = node0").founder()).isTrue();
  }

  @Test
  void a_node_that_listens_on_every_interface_sends_clients_to_the_name_its_peers_use()
      throws Exception {
    NodeSettings settings =
        load(
            valid(
                "dchat { http.host = 0.0.0.0, raft.host = chat-0.chat, raft.bind-host = 0.0.0.0"
                    + " }"));
    assertThat(settings.clientUrl()).isEqualTo("http://chat-0.chat:9000");
    assertThat(settings.raft()).hasToString("chat-0.chat:10000");
    assertThat(settings.raftBind()).hasToString("0.0.0.0:10000");
  }

  @Test
  void where_to_listen_may_differ_from_where_peers_call() throws Exception {
    NodeSettings settings =
        load(
            valid(
                "dchat.raft { host = nat.example, port = 31000, bind-host = 0.0.0.0, bind-port ="
                    + " 10000 }"));
    assertThat(settings.raft()).hasToString("nat.example:31000");
    assertThat(settings.raftBind()).hasToString("0.0.0.0:10000");
  }

  @Test
  void one_list_of_peers_tells_each_node_its_own_address() throws Exception {
    String all = "dchat.node.peers = \"node0=h0:1, node1=h1:2\", dchat.raft.host = from-peers";
    NodeSettings settings = load(valid(all));
    assertThat(settings.raft()).hasToString("h0:1");
    assertThat(settings.raftBind()).hasToString("h0:1");
    assertThat(settings.peers()).hasToString("[node1=h1:2]");
    assertThat(settings.clientUrl()).isEqualTo("http://127.0.0.1:9000");
    assertThatThrownBy(
            () ->
                load(
                    "dchat.node.peers = \"node1=h1:2\", dchat.raft.host = from-peers\n"
                        + "dchat.node.id = node0"))
        .hasMessage("dchat.raft.host is from-peers, but dchat.node.peers has no node0");
  }

  @Test
  void a_given_client_url_loses_its_last_slash() throws Exception {
    assertThat(load(valid("dchat.http.client-url = \"https://chat.example/\"")).clientUrl())
        .isEqualTo("https://chat.example");
  }

  @Test
  void the_command_line_overrides_the_file() throws Exception {
    Path file = write("dchat { node.id = node0, http.port = 9000 }");
    NodeSettings settings =
        NodeSettings.from(
            NodeConfig.load(
                Optional.of(file), ConfigFactory.parseString("dchat.http.port = 9100")));
    assertThat(settings.http().port()).isEqualTo(9100);
  }

  @Test
  void a_file_may_refer_to_defaults_and_to_keys_of_its_own() throws Exception {
    NodeSettings settings =
        load("dchat { node.id = node0, node.cluster-name = ${dchat.node.id}-${dchat.raft.port} }");
    assertThat(settings.clusterName()).isEqualTo("node0-10000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dchat.http.port = 9100 | the node needs an id: --id node0, or dchat.node.id in its file",
        "dchat.node.id = 'a b' | dchat.node.id: node id 'a b' must be 1 to 64 characters",
        "dchat.node.cluster-name = 'a b' | dchat.node.cluster-name: 'a b' must be 1 to 64",
        "dchat.node.peers = 'node1' | dchat.node.peers: 'node1' isn't host:port",
        "dchat.node.peers = 'node1=host' | dchat.node.peers: 'host' isn't host:port",
        "dchat.node.peers = 'n 1=host:1' | dchat.node.peers: node id 'n 1' must be",
        "dchat.node.peers = 'host:0' | dchat.node.peers: port 0 isn't between 1 and 65535",
        "dchat.node.peers = 'host:70000' | dchat.node.peers: port 70000 isn't between",
        "dchat.node.peers = 'n1=a:1,n1=b:2' | dchat.node.peers has the id n1 twice",
        "dchat.node.peers = 'n1=a:1,n2=a:1' | dchat.node.peers has a:1 twice",
        "dchat.node.peers = 'a:1,a:1' | dchat.node.peers has a:1 twice",
        "dchat.node.peers = 'n1=a:1,b:2' | names some members with ids and some without",
        "dchat.node.peers = 'node0=b:1' | has this node, node0, at b:1, but it is at"
            + " 127.0.0.1:10000",
        "dchat.node.peers = 'n1=127.0.0.1:10000' | but that is the address of this node, node0",
        "dchat.node.log-format = xml | neither text nor json",
        "dchat.node { drain-for = 10 s } | stop-within must be longer",
        "dchat.node.join = '127.0.0.1:9000' | dchat.node.join names only this node itself",
        "dchat.node.join = 'ftp://a:1' | 'ftp://a:1' isn't the URL of a node",
        "dchat.node.join = 'http://a:1/chat' | 'http://a:1/chat' isn't the URL of a node",
        "dchat.node.join = 'http://a b' | 'http://a b' isn't the URL of a node",
        "dchat.http.port = 0 | dchat.http.host and dchat.http.port: port 0 isn't between",
        "dchat.http.port = many | dchat.http.port has type STRING rather than NUMBER",
        "dchat.http.host = 'a b' | 'a b' isn't a host name or IPv4 address",
        "dchat.raft.port = 9000 | dchat.http.port and dchat.raft.port are both 9000",
        "dchat { raft { port = 9000, host = chat-0 }, http.host = 0.0.0.0 } | are both 9000",
        "dchat.raft.host = 0.0.0.0 | isn't an address that peers could reach",
        "dchat.http.client-url = 'ftp://x' | 'ftp://x' isn't an http or https URL",
        "dchat.http.client-url = 'x y' | 'x y' isn't a URL",
        "dchat.node.log-level = loud | 'loud' is none of error, warn, info, debug, trace",
        "dchat.raft.hearbeat-interval = 1s | no key dchat.raft.hearbeat-interval; the closest is"
            + " dchat.raft.heartbeat-interval",
        "dchat.node.idd = node1 | no key dchat.node.idd; the closest is dchat.node.id",
        "dhcat.node.id = node1 | there is no key dhcat; the closest is dchat",
        "dchat.raft.election-timeout.min = 60ms | dchat.raft.election-timeout.min must be at least"
            + " twice heartbeat-interval",
        "dchat.raft.election-timeout.max = soon | No number in duration value",
        "dchat.raft = 5 | dchat.raft must be a group of keys { ... }",
        "dchat.node.id = ${nowhere} | nowhere",
        "dchat { node { | expecting",
      })
  void a_wrong_configuration_is_refused_with_one_line(String text, String line) throws Exception {
    String given = text.replace('\'', '"');
    String config = text.startsWith("dchat.http.port = 9100") ? given : valid(given);
    assertThatExceptionOfType(StartException.BadSettings.class)
        .isThrownBy(() -> load(config))
        .withMessageContaining(line)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void an_unknown_key_is_named_with_its_file_and_line() throws Exception {
    Path file = write("dchat {\n  node.id = node0\n  http.prot = 9000\n}");
    assertThatExceptionOfType(StartException.BadSettings.class)
        .isThrownBy(() -> NodeConfig.load(Optional.of(file), ConfigFactory.empty()))
        .withMessageContaining(file.getFileName() + ": 3: there is no key dchat.http.prot")
        .withMessageEndingWith("the closest is dchat.http.port");
  }

  @Test
  void a_missing_file_is_refused() {
    Path file = temp.resolve("none.conf");
    assertThatExceptionOfType(StartException.BadSettings.class)
        .isThrownBy(() -> NodeConfig.load(Optional.of(file), ConfigFactory.empty()))
        .withMessage("can't read configuration file " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-five", "tls", "balanced"})
  void each_configuration_that_ships_makes_a_cluster_of_different_nodes(String folder)
      throws Exception {
    Path conf = Path.of("..", "conf", folder);
    int nodes = folder.equals("local-five") ? 5 : 3;
    for (int i = 0; i < nodes; i++) {
      NodeSettings settings =
          NodeSettings.from(
              NodeConfig.load(
                  Optional.of(conf.resolve("node" + i + ".conf")), ConfigFactory.empty()));
      assertThat(settings.id()).isEqualTo(new NodeId("node" + i));
      assertThat(settings.http()).hasToString("127.0.0.1:900" + i);
      assertThat(settings.raft()).hasToString("127.0.0.1:1000" + i);
      assertThat(settings.peers()).hasSize(nodes - 1).allMatch(peer -> peer.id().isPresent());
      assertThat(settings.clusterName()).isEqualTo(folder);
    }
  }

  @Test
  void the_one_file_for_several_machines_tells_each_its_own_address() {
    for (int i = 0; i < 3; i++) {
      NodeSettings settings =
          NodeSettings.from(
              NodeConfig.load(
                  Optional.of(Path.of("..", "conf", "multi-host", "cluster.conf")),
                  ConfigFactory.parseString("dchat.node.id = node" + i)));
      assertThat(settings.raft()).hasToString("10.0.0.1" + i + ":10000");
      assertThat(settings.raftBind()).hasToString("0.0.0.0:10000");
      assertThat(settings.clientUrl()).isEqualTo("http://10.0.0.1" + i + ":9000");
      assertThat(settings.peers()).hasSize(2);
    }
  }

  @Test
  void the_one_file_for_postgresql_gives_each_node_a_database_of_its_own() {
    for (int i = 0; i < 3; i++) {
      NodeSettings settings =
          NodeSettings.from(
              NodeConfig.load(
                  Optional.of(Path.of("..", "conf", "postgres.conf")),
                  ConfigFactory.parseString("dchat.node.id = node" + i)));
      assertThat(settings.raft()).hasToString("127.0.0.1:1000" + i);
      assertThat(settings.data())
          .hasToString("PostgreSQL database dchat_node" + i + " at 127.0.0.1:5432");
    }
  }

  @Test
  void the_password_for_postgresql_comes_from_a_file_or_itself_and_is_never_shown()
      throws Exception {
    Path password = Files.writeString(temp.resolve("password"), "from a file\n");
    DataPlace place =
        load(valid("dchat.storage.kind = postgres\n" + postgres("password-file", password))).data();
    assertThat(place)
        .isEqualTo(
            new DataPlace.Postgres(
                new PostgresSettings(
                    "127.0.0.1",
                    5432,
                    "dchat_node0",
                    "dchat",
                    Optional.of("from a file"),
                    Optional.empty())));
    assertThat(place.toString()).doesNotContain("from a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dchat.storage.kind = mysql | dchat.storage.kind: 'mysql' is neither sqlite nor postgres",
        "dchat { storage.kind = postgres, node.data = x } | dchat.node.data names a folder",
        "dchat.storage { kind = postgres, postgres.port = 0 } | port: 0 isn't 1 to 65535",
        "dchat.storage { kind = postgres, postgres.user = \"\" } | postgres.user is empty",
        "dchat.storage { kind = postgres, postgres.ca = none.pem } | ca: can't read none.pem",
        "dchat.storage { kind = postgres, postgres.password-file = none } | can't read none",
        "dchat.storage { kind = postgres, postgres { password = a, password-file = b } } | set one",
      })
  void a_place_for_data_that_makes_no_sense_is_refused_in_one_line(String text, String why) {
    assertThatExceptionOfType(StartException.BadSettings.class)
        .isThrownBy(() -> load(valid(text)))
        .satisfies(e -> assertThat(e.getMessage()).contains(why).doesNotContain("\n"));
  }

  private static String postgres(String key, Path value) {
    return "dchat.storage.postgres.%s = \"%s\"".formatted(key, value);
  }

  private static String valid(String more) {
    return "dchat.node.id = node0\n" + more;
  }

  private NodeSettings load(String text) throws IOException {
    return NodeSettings.from(NodeConfig.load(Optional.of(write(text)), ConfigFactory.empty()));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("node.conf"), text);
  }
}
