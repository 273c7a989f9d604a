package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Survey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The nodes of a demo: real processes on this machine, started and ended with it. */
final class DemoCluster implements AutoCloseable {
  private static final int FIRST_HTTP_PORT = 9000;
  private static final int FIRST_RAFT_PORT = 10_000;
  private static final int BLOCK = 10;
  private static final int BLOCKS = 20;

  /** The nodes share one machine. */
  private static final List<String> SMALL_AND_QUICK =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final Duration QUESTION_PATIENCE = Duration.ofMillis(500);

  private final List<DemoNode> nodes = new ArrayList<>();
  private final int httpPort;
  private final Path data;
  private final boolean temporary;
  private final Thread shutdownHook = new Thread(this::end, "demo-end");
  private volatile boolean kept;
  private boolean ended;

  private DemoCluster(int httpPort, Path data, boolean temporary) {
    this.httpPort = httpPort;
    this.data = data;
    this.temporary = temporary;
  }

  /**
   * Prepares a cluster, without starting it.
   *
   * @param data where the nodes keep theirs; empty for a folder that goes with the demo
   * @param onDeath is told in words when a node ends without being asked to
   * @throws IOException when there is no node to start, no free port, or no folder
   */
  static DemoCluster prepare(int size, Optional<Path> data, Consumer<String> onDeath)
      throws IOException {
    return prepare(nodeJar(), size, data, SMALL_AND_QUICK, onDeath);
  }

  /**
   * The same with nodes that run as {@code dchat node} runs them.
   *
   * @param jvmOptions for the nodes, in addition
   */
  static DemoCluster prepare(
      int size, Optional<Path> data, List<String> jvmOptions, Consumer<String> onDeath)
      throws IOException {
    Path jar = nodeJar();
    Path defaults = jar.getParent().resolveSibling("jvm.options");
    List<String> options = new ArrayList<>();
    if (Files.isReadable(defaults)) {
      options.add("@" + defaults);
    }
    options.addAll(jvmOptions);
    return prepare(jar, size, data, options, onDeath);
  }

  private static DemoCluster prepare(
      Path jar, int size, Optional<Path> data, List<String> jvmOptions, Consumer<String> onDeath)
      throws IOException {
    int offset = freeBlock(size);
    Path folder = data.isPresent() ? usable(data.get()) : Files.createTempDirectory("dchat-demo-");
    DemoCluster cluster =
        new DemoCluster(FIRST_HTTP_PORT + offset, folder.toAbsolutePath(), data.isEmpty());
    for (int i = 0; i < size; i++) {
      cluster.nodes.add(
          new DemoNode(
              "node" + i,
              URI.create("http://127.0.0.1:" + (FIRST_HTTP_PORT + offset + i)),
              command(jar, jvmOptions, i, size, offset, cluster.data),
              cluster.data.resolve("node" + i + ".log"),
              onDeath));
    }
    Runtime.getRuntime().addShutdownHook(cluster.shutdownHook);
    return cluster;
  }

  private static Path usable(Path folder) throws IOException {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException("the folder " + folder + " can't be made or used for data", e);
    }
  }

  private static Path nodeJar() throws IOException {
    String home = System.getProperty("dchat.home", "");
    Path jar = Path.of(home.isEmpty() ? "." : home, "node", "target", "dchat-node.jar");
    if (!Files.isReadable(jar)) {
      throw new IOException("there is no " + jar + "; build it with: mvn package");
    }
    return jar.toAbsolutePath();
  }

  private static List<String> command(
      Path jar, List<String> jvmOptions, int i, int size, int offset, Path data)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    rehearsed(jar).ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of("--id", "node" + i));
    command.addAll(List.of("--http-port", "" + (FIRST_HTTP_PORT + offset + i)));
    command.addAll(List.of("--raft-port", "" + (FIRST_RAFT_PORT + offset + i)));
    command.addAll(List.of("--peers", peers(i, size, offset)));
    command.addAll(List.of("--data", data.resolve("node" + i).toString()));
    return command;
  }

  /** What the launcher's rehearsal left for JVMs to start faster with, if it fits jar and JVM. */
  private static Optional<Path> rehearsed(Path jar) throws IOException {
    Path cache = jar.resolveSibling("dchat-node.aot");
    boolean fits =
        Runtime.version().feature() >= 25
            && Files.isReadable(cache)
            && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) >= 0;
    return fits ? Optional.of(cache) : Optional.empty();
  }

  private static String peers(int self, int size, int offset) {
    return IntStream.range(0, size)
        .filter(i -> i != self)
        .mapToObj(i -> "node" + i + "=127.0.0.1:" + (FIRST_RAFT_PORT + offset + i))
        .collect(Collectors.joining(","));
  }

  /** How far the ports are moved so that all are free; usually not at all. */
  private static int freeBlock(int size) throws IOException {
    for (int offset = 0; offset < BLOCKS * BLOCK; offset += BLOCK) {
      int moved = offset;
      boolean free =
          IntStream.range(0, size)
              .allMatch(
                  i -> isFree(FIRST_HTTP_PORT + moved + i) && isFree(FIRST_RAFT_PORT + moved + i));
      if (free) {
        return offset;
      }
    }
    throw new IOException(
        "no free ports: looked from %d to %d".formatted(FIRST_HTTP_PORT, FIRST_HTTP_PORT + 200));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  List<DemoNode> nodes() {
    return List.copyOf(nodes);
  }

  Optional<DemoNode> node(String id) {
    return nodes.stream().filter(n -> n.id().equals(id)).findFirst();
  }

  List<URI> urls() {
    return nodes.stream().map(DemoNode::url).toList();
  }

  Path data() {
    return data;
  }

  /** What to type in another terminal. */
  String howToJoin() {
    return "./dchat chat" + (hasUsualPorts() ? "" : " --node 127.0.0.1:" + httpPort);
  }

  /** Whether a client that is given no address finds these nodes. */
  boolean hasUsualPorts() {
    return httpPort == FIRST_HTTP_PORT;
  }

  /** Something went wrong: whoever looks into it will want the logs. */
  void keepData() {
    kept = true;
  }

  void start() throws IOException {
    for (DemoNode node : nodes) {
      node.start();
    }
  }

  /** The status of the cluster by the latest leader that a working node knows. */
  Optional<ClusterStatus> ledStatus(ClusterClient client) {
    List<String> working =
        nodes.stream().filter(n -> n.isRunning() && !n.isPaused()).map(DemoNode::id).toList();
    return client.survey(QUESTION_PATIENCE).replies().stream()
        .map(Survey.Reply::status)
        .filter(s -> working.contains(s.node()) && s.leader().filter(working::contains).isPresent())
        .max(Comparator.comparingLong(ClusterStatus::term));
  }

  /** How many nodes are up and working. */
  int working() {
    return (int) nodes.stream().filter(n -> n.isRunning() && !n.isPaused()).count();
  }

  boolean hasMajority() {
    return working() > nodes.size() / 2;
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The hook is running, or has run.
    }
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    List<Thread> endings =
        nodes.stream().map(node -> Thread.ofPlatform().start(() -> end(node))).toList();
    for (Thread ending : endings) {
      try {
        ending.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (temporary && !kept && nodes.stream().noneMatch(DemoNode::hasDiedByItself)) {
      delete(data);
    }
  }

  /** What is thrown away needs no careful end. */
  private void end(DemoNode node) {
    try {
      if (temporary) {
        node.kill();
      } else {
        node.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // It is in the folder for temporary files; the system will see to it.
    }
  }
}
