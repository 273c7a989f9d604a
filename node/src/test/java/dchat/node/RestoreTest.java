package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dchat.chat.Backup;
import dchat.process.Await;
import dchat.process.FreePorts;
import dchat.raft.StateMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a running node to a file, and from the file to a new cluster that grows. */
@Timeout(120)
class RestoreTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ANN =
      "{\"name\":\"ann\",\"password\":\"a pass phrase that nobody guesses\"}";

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Integer> ports = new HashMap<>();
  private final List<Node> running = new ArrayList<>();

  @AfterEach
  void stop() {
    List.copyOf(running).forEach(this::stop);
    http.shutdownNow();
  }

  private void stop(Node node) {
    node.stop(new Stop.Asked("the test"));
    node.awaitEnd();
    running.remove(node);
  }

  /** Starts a node and returns the URL that clients reach it at. */
  private URI start(String id, String cluster, Path data, Optional<URI> join) throws IOException {
    // A node that starts again has the addresses that the others know.
    int port = ports.computeIfAbsent(id + " http", use -> FreePorts.one());
    int raftPort = ports.computeIfAbsent(id + " raft", use -> FreePorts.one());
    Map<String, String> options =
        Map.of(
            "dchat.node.id", id,
            "dchat.node.cluster-name", cluster,
            "dchat.node.data", data.toString(),
            "dchat.http.port", Integer.toString(port),
            "dchat.raft.port", Integer.toString(raftPort),
            "dchat.node.join", join.map(URI::toString).orElse(""));
    NodeSettings settings =
        NodeSettings.from(NodeConfig.load(Optional.empty(), ConfigFactory.parseMap(options)));
    running.add(Node.start(settings));
    URI url = URI.create("http://127.0.0.1:" + port);
    Await.until(
        id + " is ready",
        SOON,
        () -> tryGet(url, "/ready").filter(answer -> answer.statusCode() == 200).isPresent());
    return url;
  }

  private HttpResponse<String> get(URI node, String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(node.resolve(path)).build(), BodyHandlers.ofString());
  }

  /** Empty if there is no answer. */
  private Optional<HttpResponse<String>> tryGet(URI node, String path) {
    try {
      return Optional.of(get(node, path));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> post(URI node, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(node.resolve(path)).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private Path backup(URI node) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(node.resolve("/v1/cluster/backup?consistency=linearizable")).build();
    HttpResponse<Path> answer =
        http.send(request, BodyHandlers.ofFile(folder.resolve("chat.backup")));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Returns what was printed, and the exit code as the last line. */
  private static String restore(Path file, Path data) {
    var printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    String[] args = {file.toString(), "--data", data.toString()};
    int code = Main.tool("restore", new Restore(out), args, out);
    return printed.toString(StandardCharsets.UTF_8) + code;
  }

  @Test
  void a_backup_begins_a_new_cluster_with_all_that_was_said_and_everybody() throws Exception {
    URI old = start("node0", "old", folder.resolve("old"), Optional.empty());
    assertThat(post(old, "/v1/accounts", ANN).statusCode()).isEqualTo(201);
    for (int i = 0; i < 20; i++) {
      String line =
          "{\"type\":\"chat\",\"user\":\"bob\",\"text\":\"line\",\"room\":\"general\",\"id\":\"m%d\"}";
      assertThat(post(old, "/chat", line.formatted(i)).statusCode()).isEqualTo(200);
    }
    String said = get(old, "/messages").body();
    Path file = backup(old);

    Path data = folder.resolve("new");
    assertThat(restore(file, data)).startsWith("restored cluster old up to entry ").endsWith("\n0");
    assertThat(restore(file, data)).contains(data + " exists: ").endsWith("\n1");
    assertThat(refusalOf("node9", "old", data))
        .contains("new was restored from a backup of cluster old: it begins a new cluster");

    // The old cluster goes on all the while.
    URI first = start("first", "new", data, Optional.empty());
    assertThat(get(first, "/messages").body()).isEqualTo(said);
    assertThat(post(first, "/v1/session", ANN).statusCode()).isEqualTo(201);
    URI second = start("second", "new", folder.resolve("second"), Optional.of(first));
    String later =
        "{\"type\":\"chat\",\"user\":\"bob\",\"text\":\"later\",\"room\":\"general\",\"id\":\"late\"}";
    assertThat(post(first, "/chat", later).statusCode()).isEqualTo(200);
    String all = get(first, "/messages").body();
    Await.until(
        "the second has the history and what came later",
        SOON,
        () -> tryGet(second, "/messages").filter(answer -> answer.body().equals(all)).isPresent());
    assertThat(get(second, "/messages").body()).contains("\"late\"").startsWith(cut(said));

    stop(running.get(1));
    URI again = start("first", "new", data, Optional.empty());
    assertThat(get(again, "/messages").body()).contains("\"late\"").startsWith(cut(said));
  }

  /** Without what ends the list. */
  private static String cut(String list) {
    return list.substring(0, list.lastIndexOf('\n', list.length() - 2));
  }

  private String refusalOf(String id, String cluster, Path data) {
    try {
      start(id, cluster, data, Optional.empty());
      return "none";
    } catch (IOException | RuntimeException e) {
      return e.getMessage();
    }
  }

  /** A backup of no rooms and no people, which only says where it stands. */
  private Path bare(long index, String schema) throws IOException {
    var state =
        new StateMachine.SnapshotReader() {
          @Override
          public StateMachine.Position position() {
            return new StateMachine.Position(index, Math.min(1, index), 0);
          }

          @Override
          public Optional<byte[]> nextChunk(int maxBytes) {
            return Optional.empty();
          }

          @Override
          public void close() {}
        };
    var bytes = new ByteArrayOutputStream();
    try (Backup backup = new Backup(state, "old", "node0", schema, 0)) {
      for (Optional<byte[]> next = backup.next(); next.isPresent(); next = backup.next()) {
        bytes.writeBytes(next.get());
      }
    }
    return Files.write(folder.resolve("bare.backup"), bytes.toByteArray());
  }

  @Test
  void tables_of_another_version_and_an_empty_chat_are_refused_in_one_line() throws Exception {
    Path data = folder.resolve("data");
    assertThat(restore(bare(7, "4"), data))
        .contains("bare.backup holds tables of version 4, this DChat has ")
        .endsWith("\n1")
        .hasLineCount(2);
    assertThat(restore(bare(0, "5"), data)).contains(" holds nothing: ").endsWith("\n1");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("bare.backup"));
    }
  }

  @Test
  void what_cannot_be_restored_leaves_nothing_behind() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "not a backup");
    Path data = folder.resolve("data");
    assertThat(restore(file, data))
        .isEqualTo("dchat restore: " + file + " is no backup of DChat\n1");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }
}
