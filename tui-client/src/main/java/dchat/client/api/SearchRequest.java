package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A question that any node can answer: one node after the other is asked until one does. */
final class SearchRequest {
  /** More than anybody reads; who looks for an older line knows another word of it. */
  private static final int MOST_LINES = 50;

  private final HttpClient http;
  private final Duration patience;
  private final String path;

  SearchRequest(HttpClient http, Duration patience, String words) {
    this.http = http;
    this.patience = patience;
    this.path =
        "/v1/search?limit=" + MOST_LINES + "&q=" + URLEncoder.encode(words, StandardCharsets.UTF_8);
  }

  SearchOutcome run(List<URI> nodes) {
    String reason = "no node answers";
    for (URI node : nodes) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(node.resolve(path)).timeout(patience).GET().build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() < 500) {
          return understand(response);
        }
        reason = problem(response);
      } catch (IOException e) {
        reason = Failures.show(node) + " " + Failures.describe(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SearchOutcome.Failed("interrupted");
      }
    }
    return new SearchOutcome.Failed(reason);
  }

  private static SearchOutcome understand(HttpResponse<String> response) {
    JsonNode body = Json.tree(response.body()).orElseGet(Json::nothing);
    if (response.statusCode() != 200 || !body.path("messages").isArray()) {
      return new SearchOutcome.Failed(problem(response));
    }
    List<ChatEvent> lines = new ArrayList<>();
    body.path("messages").forEach(line -> Json.event(line).ifPresent(lines::add));
    return new SearchOutcome.Found(lines);
  }

  private static String problem(HttpResponse<String> response) {
    return Json.tree(response.body())
        .flatMap(body -> Json.optional(body, "detail"))
        .orElse("answered " + response.statusCode());
  }
}
