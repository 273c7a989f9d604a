package dchat.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode;
import dchat.client.fake.FakeNode.Part;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private int dchat(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  private String nodes() {
    return cluster.urls().stream().map(URI::toString).collect(Collectors.joining(","));
  }

  @Test
  void a_committed_line_exits_with_0_and_says_where_it_is() {
    assertThat(dchat("send", "general", "hello", "all", "--name", "ann", "--node", nodes()))
        .isZero();
    assertThat(out).hasToString("committed 1" + System.lineSeparator());
    assertThat(cluster.log())
        .singleElement()
        .returns("hello all", ChatEvent::text)
        .returns("ann", ChatEvent::user)
        .returns("general", ChatEvent::room);
  }

  @Test
  void the_same_id_again_is_not_doubled() {
    String id = UUID.randomUUID().toString();
    dchat("send", "general", "x", "--id", id, "--node", nodes());
    assertThat(dchat("send", "general", "x", "--id", id, "--node", nodes())).isZero();
    assertThat(cluster.log()).hasSize(1);
    assertThat(out.toString()).contains("committed 1 (before)");
  }

  @Test
  void an_unknown_outcome_exits_with_3_and_tells_the_id() {
    cluster.nodes().forEach(n -> n.plays(new Part.LosesCommand()));
    assertThat(dchat("send", "general", "x", "--id", "the-id", "--timeout", "1", "--node", nodes()))
        .isEqualTo(3);
    assertThat(err.toString()).contains("--id the-id");
  }

  @Test
  void a_refusal_exits_with_4_and_its_reason_can_not_reach_the_terminal_raw() {
    cluster.node(0).plays(new Part.Refuses(404, "unknown-room", "no room \u001b[31mx"));
    assertThat(dchat("send", "x", "hi", "--node", nodes())).isEqualTo(4);
    assertThat(err.toString()).contains("rejected: no room [31mx (unknown-room)");
  }

  @Test
  void no_leader_exits_with_5() {
    cluster.holdElection();
    assertThat(dchat("send", "general", "x", "--timeout", "1", "--node", nodes())).isEqualTo(5);
  }

  @Test
  void nobody_there_exits_with_5_and_names_who_was_asked() {
    cluster.nodes().forEach(FakeNode::stop);
    assertThat(dchat("send", "general", "x", "--timeout", "1", "--node", nodes())).isEqualTo(5);
    assertThat(err.toString()).contains(cluster.urls().getFirst().getPort() + " refused");
  }

  @Test
  void bench_without_a_leader_exits_with_5() {
    cluster.holdElection();
    assertThat(dchat("bench", "--node", nodes())).isEqualTo(5);
    assertThat(err.toString()).startsWith("dchat: no leader within 5 s");
    assertThat(cluster.log()).isEmpty();
  }

  @Test
  void bench_measures_and_ends_with_json() {
    int code = dchat("bench", "--node", nodes(), "--warmup", "0", "--duration", "300ms", "--json");
    assertThat(code).as("%s%s", out, err).isZero();
    assertThat(out.toString().lines().toList().getLast())
        .startsWith("{\"writes_per_second\":")
        .contains("\"errors\":0,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "send",
        "send general",
        "send general x --node ftp://x",
        "send general x --timeout 0",
        "tail --after x",
        "tail --after 3 --all",
        "cluster",
        "bench --clients 0",
        "bench --clients many",
        "bench --rate 0",
        "bench --duration soon",
        "bench --duration 0",
        "bench --size 0",
        "bench --room-count 1000",
        "bench --lines-per-request 0",
        "bench --reads 120%",
        "bench --reads 60% --linearizable 50%",
        "bench --subscribers -1",
        "bench --failover 1",
        "bench --failover 1 --spawn 3 --reads 100%",
        "bench --spawn 2",
        "bench --spawn 3 --node 127.0.0.1:9000",
        "bench --data somewhere",
        "bench --node https://127.0.0.1:9000",
        "bench --histogram-log no/such/folder/file"
      })
  void wrong_usage_exits_with_2_in_two_lines(String line) {
    assertThat(dchat(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(err.toString()).startsWith("dchat: ").contains("--help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "send --help", "tail --help", "cluster status --help", "bench --help"})
  void help_is_there_for_every_command(String line) {
    assertThat(dchat(line.split(" "))).isZero();
    assertThat(out.toString()).startsWith("Usage: dchat");
  }

  @Test
  void tail_gives_history_after_an_index_as_text_or_json() {
    cluster.say("ann", "one");
    cluster.say("bob", "two \u202e\u001b[2J");
    assertThat(dchat("tail", "--after", "1", "--no-follow", "--node", nodes())).isZero();
    assertThat(out.toString()).matches("\\d\\d:\\d\\d #general bob: two \\[2J\\R");
    out.getBuffer().setLength(0);
    assertThat(dchat("tail", "--all", "--json", "--no-follow", "--node", nodes())).isZero();
    assertThat(out.toString().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("{\"index\":1,\"type\":\"chat\",\"user\":\"ann\",\"text\":\"one\"");
  }

  @Test
  void tail_shows_one_room_only_when_asked() {
    cluster.say("ann", "one");
    cluster.commit("id", ChatEvent.Type.CHAT, "bob", "ops", "two");
    assertThat(dchat("tail", "--all", "--room", "ops", "--no-follow", "--node", nodes())).isZero();
    assertThat(out.toString().lines()).singleElement().asString().contains("bob: two");
  }

  @Test
  void tail_ends_quietly_when_nobody_reads_any_more() {
    cluster.say("ann", "one");
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] chars, int from, int length) throws IOException {
            throw new IOException("broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    int code = Main.run(new PrintWriter(closed), new PrintWriter(err), "tail", "--node", nodes());
    assertThat(code).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void cluster_status_is_a_table_of_the_members() {
    assertThat(dchat("cluster", "status", "--node", nodes())).isZero();
    assertThat(out.toString().lines())
        .hasSize(5)
        .first()
        .asString()
        .isEqualTo("leader node0, term 3, committed 0, 3 of 3 voters up, as node0 sees it");
  }
}
