package dchat.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes one message after the other as a careful client does: follows redirects by hand, tries
 * again with the same id whenever it can't know the outcome.
 */
final class Writer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final HttpClient http;
  private final List<URI> nodes;
  private final String user;
  private final AtomicInteger unknown = new AtomicInteger();
  private int next;
  private Optional<URI> redirected = Optional.empty();

  Writer(ProcessCluster cluster, String user) {
    this.http = cluster.http();
    this.nodes = cluster.nodes().stream().map(node -> node.uri("/chat")).toList();
    this.user = user;
  }

  /** One request; empty if it has to be repeated with the same id. */
  OptionalLong attempt(String id) {
    URI target = redirected.orElseGet(() -> nodes.get(next));
    try {
      HttpResponse<String> answer = post(target, id);
      return switch (answer.statusCode()) {
        case 200 -> OptionalLong.of(JSON.readTree(answer.body()).path("index").longValue());
        case 302 -> {
          redirected = answer.headers().firstValue("Location").map(URI::create);
          if (redirected.isEmpty()) {
            // It knows no leader, and never will again if it was removed.
            elsewhere();
          }
          yield OptionalLong.empty();
        }
        case 504 -> {
          unknown.incrementAndGet();
          elsewhere();
          yield OptionalLong.empty();
        }
        case 503 -> {
          elsewhere();
          yield OptionalLong.empty();
        }
        default ->
            throw new AssertionError(
                target + " answered " + answer.statusCode() + ": " + answer.body());
      };
    } catch (ConnectException e) {
      elsewhere();
      return OptionalLong.empty();
    } catch (IOException e) {
      unknown.incrementAndGet();
      elsewhere();
      return OptionalLong.empty();
    }
  }

  /** How many requests ended without anybody knowing what became of them. */
  int unknown() {
    return unknown.get();
  }

  void forgetUnknown() {
    unknown.set(0);
  }

  private void elsewhere() {
    redirected = Optional.empty();
    next = (next + 1) % nodes.size();
    Await.pause();
  }

  private HttpResponse<String> post(URI target, String id) throws IOException {
    String body =
        JSON.writeValueAsString(
            Map.of("type", "chat", "user", user, "text", "hello", "room", "general", "id", id));
    try {
      return http.send(
          HttpRequest.newBuilder(target)
              .timeout(ANSWER)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
