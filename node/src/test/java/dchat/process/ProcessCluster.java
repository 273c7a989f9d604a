package dchat.process;

import dchat.process.NodeProcess.Message;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real node processes on free ports of loopback and a temporary folder: for one test,
 * or in a static field for all tests of a class, each of which goes on from what the one before it
 * left. Prints the end of each node's log if a test failed; leaves neither processes nor files.
 */
final class ProcessCluster
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
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
  private boolean shared;

  /**
   * @param settings {@code key=value} that all nodes run with
   */
  ProcessCluster(int size, String... settings) {
    this.size = size;
    this.settings = List.of(settings);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    shared = true;
    open();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (!shared) {
      open();
    }
  }

  private void open() throws IOException {
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
    if (context.getExecutionException().isPresent()) {
      nodes.forEach(
          node -> System.err.println("--- log of " + node.id() + "\n" + node.log(LOG_LINES)));
    }
    if (!shared) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (shared) {
      close();
    }
  }

  private void close() throws IOException {
    nodes.forEach(NodeProcess::kill);
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
    return nodesBut(List.of(excluded));
  }

  List<NodeProcess> nodesBut(List<NodeProcess> excluded) {
    return nodes.stream().filter(node -> !excluded.contains(node)).toList();
  }

  /** Starts all that don't run. */
  void startAll() {
    nodes.stream().filter(node -> !node.isRunning()).forEach(this::start);
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

  /** Waits until these hold the same events. */
  static List<Message> agreed(List<NodeProcess> some) {
    return Await.value(
        "these hold the same messages: " + some.stream().map(NodeProcess::id).toList(),
        SOON,
        () -> {
          List<Optional<List<Message>>> all =
              some.stream().map(NodeProcess::messages).distinct().toList();
          return all.size() == 1 ? all.getFirst() : Optional.empty();
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
