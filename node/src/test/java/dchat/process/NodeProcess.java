package dchat.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One node as an operator has it: a process with ports, a data folder and a log. */
final class NodeProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final String id;
  private final String host;
  private final List<String> runner;
  private final int httpPort;
  private final int raftPort;
  private final Path folder;
  private final List<String> settings;
  private final HttpClient http;
  private Optional<Process> process = Optional.empty();
  private List<String> lastOptions = List.of();
  private long loggedBefore;
  private Optional<Path> older = Optional.empty();

  NodeProcess(
      String id, int httpPort, int raftPort, Path folder, List<String> settings, HttpClient http) {
    this(id, "127.0.0.1", List.of(), httpPort, raftPort, folder, settings, http);
  }

  /**
   * @param host it is reached at
   * @param runner what its command is run by; nothing for this machine itself
   */
  NodeProcess(
      String id,
      String host,
      List<String> runner,
      int httpPort,
      int raftPort,
      Path folder,
      List<String> settings,
      HttpClient http) {
    this.host = host;
    this.runner = runner;
    this.id = id;
    this.httpPort = httpPort;
    this.raftPort = raftPort;
    this.folder = folder;
    this.settings = settings;
    this.http = http;
  }

  /** From its next start on it is the packaged node in this file. */
  void runs(Path jar) {
    older = Optional.of(jar);
  }

  void runsThisVersion() {
    older = Optional.empty();
  }

  String id() {
    return id;
  }

  String raftAddress() {
    return host + ":" + raftPort;
  }

  URI uri(String path) {
    return URI.create("http://" + host + ":" + httpPort + path);
  }

  Path data() {
    return folder.resolve(id);
  }

  boolean isRunning() {
    return process.filter(Process::isAlive).isPresent();
  }

  void start(String peers) {
    start(options("--peers", peers));
  }

  /** Starts it knowing only another node's address for clients. */
  void join(NodeProcess other) {
    start(options("--join", other.uri("").toString()));
  }

  /** Starts it as it was started last. */
  void startAgain() {
    start(lastOptions);
  }

  private List<String> options(String way, String others) {
    return List.of(
        "--id",
        id,
        "--http-port",
        Integer.toString(httpPort),
        "--raft-port",
        Integer.toString(raftPort),
        way,
        others,
        "--data",
        data().toString());
  }

  /** Starts the packaged node. */
  void start(List<String> options) {
    List<String> command = new ArrayList<>(runner);
    List<String> keys = settings.stream().map(setting -> "-D" + setting).toList();
    command.addAll(
        older.map(jar -> NodeJar.command(jar, keys)).orElseGet(() -> NodeJar.command(keys)));
    command.addAll(options);
    lastOptions = options;
    try {
      loggedBefore = Files.exists(log()) ? Files.size(log()) : 0;
      process =
          Optional.of(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as a power cut of the process would: SIGKILL. */
  void kill() {
    process.ifPresent(
        running -> {
          running.destroyForcibly();
          awaitExit();
        });
  }

  /** Asks it to stop: SIGTERM. */
  void terminate() {
    process.orElseThrow().destroy();
  }

  /** Stops its clockwork as a long pause would: SIGSTOP. */
  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /**
   * @return its exit code
   */
  int awaitExit() {
    try {
      Process ending = process.orElseThrow();
      if (!ending.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError(id + " doesn't end");
      }
      return ending.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Optional<String> leader() {
    return get("/leader")
        .filter(answer -> answer.statusCode() == 200)
        .map(answer -> json(answer.body()).path("leader"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText);
  }

  /** What its cluster page says keeps it from working. */
  Optional<String> trouble() {
    return get("/v1/cluster")
        .map(answer -> json(answer.body()).path("trouble"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText);
  }

  /** Asks it to hand leadership over, which it may refuse: the other may be behind. */
  void transferLeadership(NodeProcess to) {
    String body = "{\"to\":\"" + to.id() + "\"}";
    send(
        HttpRequest.newBuilder(uri("/v1/cluster/leader"))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  boolean isReady() {
    return get("/ready").filter(answer -> answer.statusCode() == 200).isPresent();
  }

  /** The members by its own account, ordered by id. */
  List<String> memberIds() {
    List<String> ids = new ArrayList<>();
    get("/v1/cluster")
        .ifPresent(
            answer ->
                json(answer.body())
                    .path("members")
                    .forEach(member -> ids.add(member.path("id").asText())));
    return ids;
  }

  /** Sends it a request and returns the status of the answer; empty if there is none. */
  Optional<Integer> send(String method, String path, String body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri(path))
              .timeout(ANSWER)
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return Optional.of(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Its committed public events, in its order; empty if it doesn't answer. */
  Optional<List<Message>> messages() {
    return get("/messages")
        .filter(answer -> answer.statusCode() == 200)
        .map(
            answer -> {
              List<Message> messages = new ArrayList<>();
              json(answer.body())
                  .forEach(
                      event ->
                          messages.add(
                              new Message(
                                  event.path("index").asLong(), event.path("id").asText())));
              return messages;
            });
  }

  /** One committed event. */
  record Message(long index, String id) {}

  String log(int lastLines) {
    try {
      List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - lastLines), lines.size()));
    } catch (IOException e) {
      return "(its log can't be read: " + e + ")";
    }
  }

  /** Whether a line of its log says so since it was started last. */
  boolean hasSaid(String text) {
    try (InputStream log = Files.newInputStream(log())) {
      log.skipNBytes(loggedBefore);
      return new String(log.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .anyMatch(line -> line.contains(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return folder.resolve(id + ".log");
  }

  private Optional<HttpResponse<String>> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
    try {
      return Optional.of(
          http.send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private void signal(String name) {
    long pid = process.orElseThrow().pid();
    try {
      int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
      if (code != 0) {
        throw new AssertionError("can't send SIG" + name + " to " + id);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
