package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Questions that any node can answer: one after the other is asked until one does. */
final class AnyNode {
  private final HttpClient http;
  private final Duration patience;
  private final Supplier<List<URI>> nodes;

  AnyNode(HttpClient http, Duration patience, Supplier<List<URI>> nodes) {
    this.http = http;
    this.patience = patience;
    this.nodes = nodes;
  }

  /** What came of a question. */
  sealed interface Reply {
    record Found(JsonNode body) implements Reply {}

    /**
     * No node answered, or the one that did refused; {@code reason} says which, in words.
     *
     * @param definite whether a node refused
     */
    record Failed(boolean definite, String reason) implements Reply {}

    default <T> T map(Function<JsonNode, T> found, Function<Failed, T> failed) {
      return switch (this) {
        case Found(JsonNode body) -> found.apply(body);
        case Failed failure -> failed.apply(failure);
      };
    }
  }

  /**
   * @param array the field without which an answer is none
   */
  Reply ask(String path, String array, Optional<Session> session) {
    String reason = "no node answers";
    for (URI node : nodes.get()) {
      try {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(node.resolve(path)).timeout(patience).GET();
        session.ifPresent(s -> request.header("Authorization", s.authorization()));
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() < 500) {
          return understand(response, array);
        }
        reason = problem(response);
      } catch (IOException e) {
        reason = Failures.show(node) + " " + Failures.describe(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Reply.Failed(false, "interrupted");
      }
    }
    return new Reply.Failed(false, reason);
  }

  private static Reply understand(HttpResponse<String> response, String array) {
    return Json.tree(response.body())
        .filter(body -> response.statusCode() == 200 && body.path(array).isArray())
        .<Reply>map(Reply.Found::new)
        .orElseGet(() -> new Reply.Failed(true, problem(response)));
  }

  private static String problem(HttpResponse<String> response) {
    return Json.tree(response.body())
        .flatMap(body -> Json.optional(body, "detail"))
        .orElse("answered " + response.statusCode());
  }
}
