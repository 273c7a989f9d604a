package dchat.client.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One HTTP server of a {@link FakeCluster}. */
public final class FakeNode {
  /** How a node answers {@code POST /chat}. */
  public sealed interface Part {
    record Leader() implements Part {}

    record Follower(FakeNode leader) implements Part {}

    record Electing() implements Part {}

    record RedirectsTo(String location) implements Part {}

    /** Redirects, or hands the command on itself if it is asked to. */
    record RedirectsOrForwards(String location) implements Part {}

    /** Commits, and then says that it doesn't know. */
    record LosesOutcome() implements Part {}

    /** Doesn't commit, and says that it doesn't know. */
    record LosesCommand() implements Part {}

    /** Commits, and never answers. */
    record Mute() implements Part {}

    record Overloaded(int retryAfterSeconds) implements Part {}

    record Refuses(int status, String code, String detail) implements Part {}

    /** Not a DChat node at all. */
    record Stranger(int status) implements Part {}
  }

  /** One request that came in. */
  public record Request(String method, String path, String body, String prefer) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FakeCluster cluster;
  private final String id;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<Integer, Integer> answers = new ConcurrentHashMap<>();
  private final List<String> resumedAfter = new CopyOnWriteArrayList<>();
  private final Set<HttpExchange> streams = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Part part = new Part.Electing();
  private volatile boolean silent;
  private volatile Optional<URI> advertised = Optional.empty();
  private volatile Optional<String> wantedToken = Optional.empty();

  FakeNode(FakeCluster cluster, String id) {
    this.cluster = cluster;
    this.id = id;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/chat", this::chat);
    server.createContext("/v1/cluster", this::status);
    server.createContext("/v1/events", this::events);
    server.createContext("/messages", this::messages);
    server.createContext("/v1/search", this::search);
    server.createContext("/v1/rooms", this::room);
    server.createContext("/v1/cluster/backup", this::backup);
    server.createContext("/ready", e -> answer(e, 200, "OK"));
    server.start();
  }

  public String id() {
    return id;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void plays(Part next) {
    part = next;
  }

  /** Gives streams only to who has this token, from now on. */
  public void wantsToken(String token) {
    wantedToken = Optional.of(token);
  }

  /** The address it gives to others; its own unless set. */
  public void advertises(URI address) {
    advertised = Optional.of(address);
  }

  public List<Request> requests() {
    return requests;
  }

  /** How many requests were answered with that status. */
  public int answeredWith(int status) {
    return answers.getOrDefault(status, 0);
  }

  /** The Last-Event-ID of each stream that was asked for; empty text for one without. */
  public List<String> resumedAfter() {
    return resumedAfter;
  }

  /** Streams stay open, but nothing comes any more. */
  public void fallSilent() {
    silent = true;
  }

  /** Cuts the streams that are open now. */
  public void cutStreams() {
    streams.forEach(HttpExchange::close);
    streams.clear();
  }

  public void stop() {
    stopped.countDown();
    cutStreams();
    server.stop(0);
    threads.shutdownNow();
  }

  private void chat(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            body,
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Prefer")).orElse("")));
    JsonNode command = MAPPER.readTree(body);
    switch (part) {
      case Part.Leader() -> commitAndAnswer(exchange, command);
      case Part.Follower(FakeNode leader) -> redirect(exchange, leader.url() + "/chat");
      case Part.RedirectsTo(String location) -> redirect(exchange, location);
      case Part.RedirectsOrForwards(String location) -> {
        if (requests.getLast().prefer().isEmpty()) {
          redirect(exchange, location);
        } else {
          commitAndAnswer(exchange, command);
        }
      }
      case Part.Electing() -> {
        exchange.getResponseHeaders().add("Retry-After", "1");
        answer(exchange, 302, "{\"status\":\"not_leader\",\"leader\":null}");
      }
      case Part.LosesOutcome() -> {
        commit(command);
        problem(exchange, 504, "outcome-unknown", "leadership lost");
      }
      case Part.LosesCommand() -> problem(exchange, 504, "outcome-unknown", "leadership lost");
      case Part.Mute() -> {
        commit(command);
        awaitStop();
        exchange.close();
      }
      case Part.Overloaded(int seconds) -> {
        exchange.getResponseHeaders().add("Retry-After", Integer.toString(seconds));
        problem(exchange, 503, "overloaded", "too much in flight");
      }
      case Part.Refuses(int status, String code, String detail) ->
          problem(exchange, status, code, detail);
      case Part.Stranger(int status) -> {
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream out = exchange.getResponseBody()) {
          out.write("<h1>no</h1>".getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private void commitAndAnswer(HttpExchange exchange, JsonNode command) throws IOException {
    if (cluster.hasCommitted(command.path("id").asText())) {
      exchange.getResponseHeaders().add("Idempotency-Replayed", "true");
    }
    long index = commit(command);
    answer(exchange, 200, "{\"status\":\"ok\",\"index\":" + index + "}");
  }

  private long commit(JsonNode command) {
    for (ChatEvent.Type type : ChatEvent.Type.values()) {
      if (type.wireName().equals(command.path("type").asText())) {
        return cluster.commit(
            command.path("id").asText(),
            type,
            command.path("user").asText(),
            command.path("room").asText(),
            command.path("text").asText());
      }
    }
    throw new IllegalArgumentException("unknown type in " + command);
  }

  private void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().add("Location", location);
    answer(exchange, 302, "{\"status\":\"not_leader\",\"leader\":\"somebody\"}");
  }

  private Optional<String> leader() {
    return switch (part) {
      case Part.Leader() -> Optional.of(id);
      case Part.Follower(FakeNode leader) -> Optional.of(leader.id);
      default -> Optional.empty();
    };
  }

  private void status(HttpExchange exchange) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("node", id).put("role", "follower").put("leader", leader().orElse(null));
    root.put("term", 3).put("commitIndex", cluster.lastIndex());
    root.put("appliedIndex", cluster.lastIndex()).put("lastLogIndex", cluster.lastIndex());
    root.putNull("trouble").put("a-field-of-a-later-version", 1);
    ArrayNode members = root.putArray("members");
    for (FakeNode node : cluster.nodes()) {
      ObjectNode member = members.addObject();
      member.put("id", node.id).put("suffrage", "voter").put("raft", "127.0.0.1:1");
      member.put("http", node.advertised.orElse(node.url()).toString());
      member.put("leader", leader().equals(Optional.of(node.id)));
      member.putNull("reachable").putNull("matchIndex").putNull("lag").putNull("lastContactMs");
    }
    answer(exchange, 200, root.toString());
  }

  private void messages(HttpExchange exchange) throws IOException {
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    long after = query.startsWith("after=") ? Long.parseLong(query.substring(6)) : 0;
    answer(
        exchange,
        200,
        cluster.after(after).stream()
            .map(ClusterClient::toJson)
            .collect(java.util.stream.Collectors.joining(",", "[", "]")));
  }

  private void search(HttpExchange exchange) throws IOException {
    if (part instanceof Part.Refuses(int status, String code, String detail)) {
      problem(exchange, status, code, detail);
      return;
    }
    String words = exchange.getRequestURI().getQuery().replaceFirst(".*q=", "").replace('+', ' ');
    List<String> found =
        cluster.log().reversed().stream()
            .filter(event -> event.text().contains(words))
            .map(ClusterClient::toJson)
            .toList();
    answer(exchange, 200, "{\"messages\":[" + String.join(",", found) + "],\"indexedUpTo\":9}");
  }

  /** A page of two lines of the room, of the log from its end on. */
  private void room(HttpExchange exchange) throws IOException {
    if (part instanceof Part.Refuses(int status, String code, String detail)) {
      problem(exchange, status, code, detail);
      return;
    }
    String room = exchange.getRequestURI().getPath().split("/")[3];
    String query = exchange.getRequestURI().getQuery();
    long end =
        query.contains("before=") ? Long.parseLong(query.replaceFirst(".*before=m", "")) : 1_000;
    List<ChatEvent> before =
        cluster.log().stream().filter(e -> e.room().equals(room) && e.index() < end).toList();
    List<ChatEvent> page = before.subList(Math.max(0, before.size() - 2), before.size());
    String older = page.size() < before.size() ? "\"m" + page.getFirst().index() + "\"" : "null";
    String lines = String.join(",", page.stream().map(ClusterClient::toJson).toList());
    answer(exchange, 200, "{\"messages\":[" + lines + "],\"prev\":" + older + "}");
  }

  /** What the cluster gives as its backup, whole or not. */
  private void backup(HttpExchange exchange) throws IOException {
    if (part instanceof Part.Refuses(int status, String code, String detail)) {
      problem(exchange, status, code, detail);
      return;
    }
    byte[] bytes = cluster.backup();
    exchange.sendResponseHeaders(200, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    String resume =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID")).orElse("");
    resumedAfter.add(resume);
    String token =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (wantedToken.filter(wanted -> !token.equals("Bearer " + wanted)).isPresent()) {
      problem(
          exchange,
          401,
          token.isEmpty() ? "sign-in-required" : "session-superseded",
          "Sign in first.");
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    streams.add(exchange);
    try (OutputStream out = exchange.getResponseBody()) {
      long cursor = resume.isEmpty() ? sendSnapshot(out) : Long.parseLong(resume);
      if (cursor < cluster.forgottenUpTo()) {
        send(out, "resync", "", "{}");
        return;
      }
      sendHeartbeat(out);
      while (stopped.getCount() > 0 && streams.contains(exchange)) {
        cluster.awaitAfter(cursor, 100);
        if (silent) {
          awaitStop();
        }
        for (ChatEvent event : cluster.after(cursor)) {
          // Every event twice: a client must not mind.
          for (int i = 0; i < 2; i++) {
            send(
                out,
                event.type().wireName(),
                Long.toString(event.index()),
                ClusterClient.toJson(event));
          }
          cursor = event.index();
        }
        sendHeartbeat(out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private long sendSnapshot(OutputStream out) throws IOException {
    List<ChatEvent> log = cluster.log();
    long cursor = log.isEmpty() ? 0 : log.getLast().index();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("cursor", cursor);
    root.putArray("rooms").addObject().put("name", "general").put("createdAt", "" + Instant.EPOCH);
    ArrayNode lines = root.putArray("lines");
    for (ChatEvent event : log) {
      lines.add(MAPPER.readTree(ClusterClient.toJson(event)));
    }
    send(out, "snapshot", Long.toString(cursor), root.toString());
    return cursor;
  }

  private void sendHeartbeat(OutputStream out) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("node", id).put("leader", leader().orElse(null)).put("term", 3);
    root.put("commitIndex", cluster.lastIndex()).put("appliedIndex", cluster.lastIndex());
    ArrayNode nodes = root.putArray("nodes");
    cluster.nodes().forEach(node -> nodes.add(node.advertised.orElse(node.url()).toString()));
    send(out, "cluster", "", root.toString());
  }

  private static void send(OutputStream out, String event, String eventId, String data)
      throws IOException {
    String idLine = eventId.isEmpty() ? "" : "id: " + eventId + "\n";
    out.write(
        ("event: " + event + "\n" + idLine + "data: " + data + "\n\n")
            .getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private void problem(HttpExchange exchange, int status, String code, String detail)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/problem+json");
    ObjectNode body = MAPPER.createObjectNode();
    body.put("status", status).put("title", code).put("code", code).put("detail", detail);
    answer(exchange, status, body.toString());
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    answers.merge(status, 1, Integer::sum);
    exchange.getResponseHeaders().add("X-DChat-Node", id);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void awaitStop() {
    try {
      stopped.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
