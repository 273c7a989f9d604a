package dchat.process;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real node processes on free ports of loopback and a temporary folder, for one test.
 * Prints the end of each node's log if the test failed; leaves neither processes nor files.
 */
final class ProcessCluster implements BeforeEachCallback, AfterEachCallback {
  static final Duration SOON = Duration.ofSeconds(60);
  private static final int LOG_LINES = 40;

  private final int size;
  private final List<String> settings;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Path folder;

  /**
   * @param settings {@code key=value} that all nodes run with
   */
  ProcessCluster(int size, String... settings) {
    this.size = size;
    this.settings = List.of(settings);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("dchat-");
    List<Integer> ports = FreePorts.take(2 * size);
    for (int i = 0; i < size; i++) {
      nodes.add(
          new NodeProcess(
              "node" + i, ports.get(2 * i), ports.get(2 * i + 1), folder, settings, http));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    nodes.forEach(NodeProcess::kill);
    if (context.getExecutionException().isPresent()) {
      nodes.forEach(
          node -> System.err.println("--- log of " + node.id() + "\n" + node.log(LOG_LINES)));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  HttpClient http() {
    return http;
  }

  NodeProcess node(int i) {
    return nodes.get(i);
  }

  NodeProcess node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  /** The nodes other than these. */
  List<NodeProcess> nodesBut(NodeProcess... excluded) {
    return nodes.stream().filter(node -> !List.of(excluded).contains(node)).toList();
  }

  void startAll() {
    nodes.forEach(this::start);
    nodes.forEach(this::awaitReady);
  }

  void start(NodeProcess node) {
    node.start(peers(other -> other.id() + "=" + other.raftAddress()));
  }

  /** Starts a node that has to ask its peers for their ids. */
  void startKnowingOnlyAddresses(NodeProcess node) {
    node.start(peers(NodeProcess::raftAddress));
  }

  void awaitReady(NodeProcess node) {
    Await.until(
        node.id() + " is ready",
        SOON,
        () -> {
          if (!node.isRunning()) {
            throw new AssertionError(node.id() + " ended with " + node.awaitExit());
          }
          return node.isReady();
        });
  }

  /** The leader that a majority agrees on. */
  NodeProcess awaitLeader() {
    return Await.value(
        "a majority knows one leader",
        SOON,
        () ->
            nodes.stream()
                .filter(NodeProcess::isRunning)
                .flatMap(node -> node.leader().stream())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .entrySet()
                .stream()
                .filter(votes -> votes.getValue() > size / 2)
                .findFirst()
                .map(votes -> node(votes.getKey()))
                .filter(NodeProcess::isRunning));
  }

  private String peers(Function<NodeProcess, String> name) {
    return nodes.stream().map(name).collect(Collectors.joining(","));
  }
}
