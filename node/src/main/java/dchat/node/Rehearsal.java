package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A whole cluster in one JVM that serves clients for a moment and ends. Run with {@code
 * -XX:AOTCacheOutput=FILE} (JDK 25 and later, JEP 514 and 515) it leaves what the JVM loaded,
 * linked and found busy in a file with which nodes start in half the time. Nothing else needs it.
 */
final class Rehearsal {
  private static final int NODES = 3;

  /** Enough for the JVM to find out which methods are busy, and short enough to wait for. */
  private static final int ROUNDS = 150;

  private static final int AT_ONCE = 8;
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<URI> urls = new ArrayList<>();

  private Rehearsal() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("dchat-rehearsal-");
    try {
      new Rehearsal().run(folder);
    } finally {
      delete(folder);
    }
  }

  private void run(Path folder) throws IOException {
    // A node's life begins with its options.
    Main.commandLine(System.err).parseArgs("--id", id(0), "--data", folder.toString());
    List<Integer> ports = freePorts(2 * NODES);
    List<Integer> raft = ports.subList(NODES, 2 * NODES);
    String peers =
        String.join(
            ",",
            IntStream.range(0, NODES).mapToObj(i -> id(i) + "=127.0.0.1:" + raft.get(i)).toList());
    List<Node> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < NODES; i++) {
        urls.add(URI.create("http://127.0.0.1:" + ports.get(i)));
        nodes.add(Node.start(settings(id(i), ports.get(i), raft.get(i), peers, folder)));
      }
      urls.forEach(this::awaitReady);
      for (int round = 0; round < ROUNDS; round++) {
        serve(round);
      }
    } finally {
      nodes.forEach(node -> node.stop(new Stop.Asked("end of the rehearsal")));
      nodes.forEach(Node::awaitEnd);
    }
  }

  private static String id(int i) {
    return "rehearsal" + i;
  }

  private static NodeSettings settings(
      String id, int httpPort, int raftPort, String peers, Path folder) {
    Config config =
        ConfigFactory.parseMap(
            Map.of(
                "dchat.node.id", id,
                "dchat.node.peers", peers,
                "dchat.node.data", folder.resolve(id).toString(),
                "dchat.http.port", httpPort,
                "dchat.raft.port", raftPort),
            "rehearsal");
    return NodeSettings.from(NodeConfig.load(Optional.empty(), config));
  }

  /** What clients ask for most. One of the three nodes accepts the lines, the others redirect. */
  private void serve(int round) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (URI node : urls) {
      for (int i = 0; i < AT_ONCE; i++) {
        String line =
            "{\"type\":\"chat\",\"room\":\"general\",\"user\":\"user%d\",\"text\":\"line %d\"}"
                .formatted(i, round);
        answers.add(
            send(
                HttpRequest.newBuilder(node.resolve("/chat"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(line))));
      }
      answers.add(
          send(HttpRequest.newBuilder(node.resolve("/v1/rooms/general/messages?limit=20"))));
      answers.add(send(HttpRequest.newBuilder(node.resolve("/v1/cluster"))));
    }
    answers.forEach(CompletableFuture::join);
  }

  private CompletableFuture<Integer> send(HttpRequest.Builder request) {
    return http.sendAsync(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  private void awaitReady(URI node) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady(node)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(node + " doesn't become ready");
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private boolean isReady(URI node) {
    return send(HttpRequest.newBuilder(node.resolve("/ready")))
        .handle((status, refused) -> refused == null && status == OK)
        .join();
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
