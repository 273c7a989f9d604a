package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three machines with addresses of their own, with the file of {@code conf/multi-host}, and
 * firewall rules between them: what loopback can't show.
 */
@Tag("processes")
@Timeout(180)
class MultiHostTest {
  private static final int SIZE = 3;

  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<String> acknowledged = new ArrayList<>();
  private Hosts hosts;

  @BeforeAll
  static void needsNamespaces() {
    Optional<String> why = Hosts.impossible();
    why.ifPresent(reason -> System.err.println("skipped: MultiHostTest, " + reason));
    assumeTrue(why.isEmpty(), () -> why.orElse(""));
  }

  @BeforeEach
  void startAll() throws IOException {
    hosts = Hosts.connect(SIZE);
    String documented = Files.readString(Path.of("..", "conf", "multi-host", "cluster.conf"));
    String used = documented;
    for (int i = 0; i < SIZE; i++) {
      used = used.replace("10.0.0.1" + i + ":", hosts.address(i) + ":");
    }
    assertThat(used).isNotEqualTo(documented);
    Path file = Files.writeString(folder.resolve("cluster.conf"), used);
    for (int i = 0; i < SIZE; i++) {
      NodeProcess node =
          new NodeProcess(
              "node" + i, hosts.address(i), hosts.on(i), 9000, 10_000, folder, List.of(), http);
      nodes.add(node);
      node.start(
          List.of("--config", file.toString(), "--id", node.id(), "--data", "" + node.data()));
    }
    nodes.forEach(
        node ->
            Await.until(node.id() + " is ready", ProcessCluster.SOON, () -> isReadyOrDead(node)));
  }

  private static boolean isReadyOrDead(NodeProcess node) {
    if (!node.isRunning()) {
      throw new AssertionError(node.id() + " ended: " + node.log(20));
    }
    return node.isReady();
  }

  @AfterEach
  void stop() {
    nodes.forEach(NodeProcess::kill);
    if (hosts != null) {
      hosts.close();
    }
    http.shutdownNow();
  }

  /** Who leads by the word of all of these. */
  private NodeProcess leaderOf(List<NodeProcess> some) {
    return Await.value(
        "these agree on one of them as their leader: "
            + some.stream().map(NodeProcess::id).toList(),
        ProcessCluster.SOON,
        () ->
            some.stream()
                .filter(
                    candidate ->
                        some.stream()
                            .allMatch(node -> node.leader().equals(Optional.of(candidate.id()))))
                .findFirst());
  }

  private static String line(String id) {
    return "{\"type\":\"chat\",\"user\":\"ann\",\"text\":\"x\",\"room\":\"general\",\"id\":\"%s\"}"
        .formatted(id);
  }

  /** Says a line to whoever of these leads, until it is acknowledged. */
  private void say(List<NodeProcess> some) {
    String id = "m" + acknowledged.size();
    Await.until(
        id + " is committed",
        ProcessCluster.SOON,
        () ->
            some.stream()
                .anyMatch(node -> node.send("POST", "/chat", line(id)).equals(Optional.of(200))));
    acknowledged.add(id);
  }

  private List<NodeProcess> but(NodeProcess one) {
    return nodes.stream().filter(node -> node != one).toList();
  }

  private void everybodyHasEverything() {
    nodes.forEach(
        node ->
            Await.until(
                node.id() + " has every acknowledged line once, in order",
                ProcessCluster.SOON,
                () ->
                    node.messages()
                        .map(all -> all.stream().map(NodeProcess.Message::id).toList())
                        .equals(Optional.of(acknowledged))));
  }

  @Test
  void a_machine_that_is_cut_off_whole_or_one_way_is_done_without_and_comes_back() {
    say(nodes);

    NodeProcess alone = leaderOf(nodes);
    int cut = nodes.indexOf(alone);
    IntStream.range(0, SIZE)
        .filter(other -> other != cut)
        .forEach(
            other -> {
              hosts.drop(cut, other);
              hosts.drop(other, cut);
            });
    say(but(alone));
    Await.until(
        "a leader without a majority gives up",
        ProcessCluster.SOON,
        () -> alone.leader().isEmpty());
    assertThat(alone.messages()).as("reading goes on there").isPresent();
    hosts.heal();
    NodeProcess next = leaderOf(nodes);
    say(nodes);
    everybodyHasEverything();

    // It still hears the others, and is heard by nobody.
    int mute = nodes.indexOf(next);
    IntStream.range(0, SIZE).filter(other -> other != mute).forEach(o -> hosts.drop(mute, o));
    say(but(next));
    hosts.heal();
    leaderOf(nodes);
    say(nodes);
    everybodyHasEverything();
  }
}
