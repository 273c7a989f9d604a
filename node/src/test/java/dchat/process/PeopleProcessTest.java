package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People with accounts, on real nodes that die. */
@Timeout(300)
@Tag("processes")
class PeopleProcessTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "a pass phrase that nobody guesses";
  private static final String OTHER_PASSWORD = "another phrase that nobody guesses";
  private static final String SECRET_WORDS = "meet me at the old harbour";

  @RegisterExtension
  static final ProcessCluster cluster = new ProcessCluster(3, "dchat.http.not-leader=forward");

  @BeforeEach
  void startAll() {
    cluster.startAll();
  }

  @Test
  void who_was_registering_when_the_leader_died_is_registered_once_by_asking_again() {
    NodeProcess leader = cluster.awaitLeader();
    List<NodeProcess> others = cluster.nodesBut(leader);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "person" + i;
      String key = UUID.randomUUID().toString();
      names.add(name);
      var answer =
          cluster
              .http()
              .sendAsync(
                  request(leader, "POST", "/v1/accounts", credentials(name, PASSWORD), key),
                  BodyHandlers.ofString());
      if (i == 3) {
        leader.kill();
      }
      boolean registered;
      try {
        registered = answer.join().statusCode() == 201;
      } catch (CompletionException e) {
        registered = false;
      }
      if (!registered) {
        HttpRequest again =
            request(others.getFirst(), "POST", "/v1/accounts", credentials(name, PASSWORD), key);
        Await.until(
            name + " is registered",
            ProcessCluster.SOON,
            () -> send(again).filter(reply -> reply.statusCode() == 201).isPresent());
      }
      if (i >= 3) {
        leader = others.getLast();
      }
    }
    for (NodeProcess node : others) {
      Await.until(
          node.id() + " knows everybody",
          ProcessCluster.SOON,
          () -> json(get(node, "/v1/accounts?prefix=person")).path("names").size() == names.size());
    }
    String token = logIn(others.getFirst(), names.get(3), PASSWORD);
    HttpRequest said =
        HttpRequest.newBuilder(others.getLast().uri("/v1/rooms/general/messages/m1"))
            .header("Authorization", "Bearer " + token)
            .PUT(BodyPublishers.ofString("{\"text\":\"hello\"}"))
            .build();
    assertThat(send(said).orElseThrow().statusCode())
        .as("a session is valid everywhere")
        .isEqualTo(201);
  }

  @Test
  void who_is_connected_is_known_on_every_node_and_gone_when_its_node_dies() throws Exception {
    NodeProcess home = cluster.nodesBut(cluster.awaitLeader()).getFirst();
    NodeProcess other = cluster.nodesBut(home).getFirst();
    register(home, "carol");
    String token = logIn(home, "carol", PASSWORD);
    HttpRequest stream =
        HttpRequest.newBuilder(home.uri("/v1/events"))
            .header("Authorization", "Bearer " + token)
            .build();
    try (var body = cluster.http().send(stream, BodyHandlers.ofInputStream()).body()) {
      assertThat(body.read()).isNotNegative();
      Await.until(
          "carol is seen elsewhere", ProcessCluster.SOON, () -> isConnected(other, "carol"));
      home.kill();
      Await.until("carol is gone", Duration.ofSeconds(30), () -> !isConnected(other, "carol"));
    }
  }

  @Test
  void nothing_secret_is_in_any_file_or_log() throws IOException {
    NodeProcess node = cluster.node(0);
    register(node, "ann");
    register(node, "bob");
    String token = logIn(node, "ann", PASSWORD);
    member(
        node, token, "PUT", "/v1/dms/bob/messages/d1", "{\"text\":\"" + SECRET_WORDS + "\"}", 201);
    member(
        node,
        token,
        "PUT",
        "/v1/dms/bob/messages/d2",
        "{\"text\":\"" + SECRET_WORDS + "\\u0007\"}",
        422);
    member(node, token, "GET", "/v1/search?q=harbour", "", 200);
    member(
        node,
        token,
        "PUT",
        "/v1/accounts/me/password",
        "{\"old\":\"" + PASSWORD + "\",\"new\":\"" + OTHER_PASSWORD + "\"}",
        200);
    send(request(node, "POST", "/v1/session", credentials("ann", PASSWORD + "x"), "k9"));
    send(request(node, "POST", "/v1/session", "{\"password\":\"" + PASSWORD, "k10"));
    cluster.nodes().forEach(NodeProcess::terminate);
    cluster.nodes().forEach(NodeProcess::awaitExit);

    List<String> found = new ArrayList<>();
    for (Path file : files(cluster.node(0).data().getParent())) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (String secret : List.of(PASSWORD, OTHER_PASSWORD, token)) {
        if (content.contains(secret)) {
          found.add(secret + " in " + file);
        }
      }
      if (file.toString().endsWith(".log") && content.contains("harbour")) {
        found.add("a direct message in " + file);
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).as("there is something to look through").hasSizeGreaterThan(6);
      return all;
    }
  }

  private void register(NodeProcess node, String name) {
    HttpRequest request =
        request(node, "POST", "/v1/accounts", credentials(name, PASSWORD), "register-" + name);
    Await.until(
        name + " is registered",
        ProcessCluster.SOON,
        () -> send(request).filter(reply -> reply.statusCode() == 201).isPresent());
  }

  private String logIn(NodeProcess node, String name, String password) {
    HttpRequest request =
        request(
            node, "POST", "/v1/session", credentials(name, password), UUID.randomUUID().toString());
    return Await.value(
        name + " is signed in",
        ProcessCluster.SOON,
        () ->
            send(request)
                .filter(reply -> reply.statusCode() == 201)
                .map(reply -> json(reply.body()).path("token").asText()));
  }

  private void member(
      NodeProcess node, String token, String method, String path, String body, int status) {
    HttpRequest request =
        HttpRequest.newBuilder(node.uri(path))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(20))
            .method(method, BodyPublishers.ofString(body))
            .build();
    assertThat(send(request).orElseThrow().statusCode()).as(path).isEqualTo(status);
  }

  private boolean isConnected(NodeProcess node, String name) {
    for (JsonNode connected : json(get(node, "/v1/users/active")).path("connected")) {
      if (connected.asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private String get(NodeProcess node, String path) {
    URI uri = node.uri(path);
    return send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build())
        .map(HttpResponse::body)
        .orElse("{}");
  }

  private Optional<HttpResponse<String>> send(HttpRequest request) {
    try {
      return Optional.of(cluster.http().send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpRequest request(
      NodeProcess node, String method, String path, String body, String key) {
    return HttpRequest.newBuilder(node.uri(path))
        .timeout(Duration.ofSeconds(20))
        .header("Idempotency-Key", key)
        .method(method, BodyPublishers.ofString(body))
        .build();
  }

  private static String credentials(String name, String password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
