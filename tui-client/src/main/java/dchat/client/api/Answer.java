package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What one node's answer means for the change that was asked for. */
sealed interface Answer {
  /** It has happened; {@code body} is what the node says of it. */
  record Done(JsonNode body, boolean replayed) implements Answer {}

  record Rejected(String code, String detail) implements Answer {}

  /** Not proposed: this node isn't the leader, but knows it. */
  record Redirect(URI location) implements Answer {}

  /** Not proposed: nobody is the leader just now. */
  record Electing() implements Answer {}

  /** Not proposed: the node has too much to do, or something else has to end first. */
  record Busy(Duration pause, String detail) implements Answer {}

  /** Whoever answered or failed to, it never got the command or can't have executed it. */
  record NotThere(String reason) implements Answer {}

  /** The command may have been proposed. */
  record Unknown(String reason) implements Answer {}

  Set<String> NOT_PROPOSED = Set.of("overloaded", "not-ready");

  String CHANGE_UNDER_WAY = "change-under-way";
  String TRANSFER_FAILED = "transfer-failed";
  String TOO_MANY_ATTEMPTS = "too-many-attempts";

  Duration LONGEST_WISH = Duration.ofSeconds(30);

  /**
   * @param wantsIndex whether an answer counts only if it names a place in the log
   */
  static Answer of(HttpResponse<String> response, boolean wantsIndex) {
    boolean fromNode = isFromNode(response);
    Optional<JsonNode> body = Json.tree(response.body());
    int status = response.statusCode();
    if (status == 200 || status == 201) {
      return body.filter(b -> fromNode || b.path("status").asText().equals("ok"))
          .filter(b -> !wantsIndex || b.path("index").isIntegralNumber())
          .<Answer>map(b -> new Done(b, isReplayed(response)))
          .orElse(new NotThere("answered " + status + " and is no DChat node"));
    }
    if (status == 302 || status == 307 || status == 308) {
      return location(response);
    }
    if (status >= 400 && status < 500) {
      return refusal(response, fromNode, body);
    }
    String code = body.flatMap(b -> Json.optional(b, "code")).orElse("");
    // Only these two say that nothing was proposed; another 503 may be a timeout on the way back.
    if (status == 503 && fromNode && NOT_PROPOSED.contains(code)) {
      return new Busy(retryAfter(response), detail(body, "too much to do"));
    }
    if (status == 503 && fromNode && code.equals(TRANSFER_FAILED)) {
      return new Rejected(code, detail(body, code));
    }
    return new Unknown(fromNode ? detail(body, "answered " + status) : "answered " + status);
  }

  private static Answer location(HttpResponse<String> response) {
    Optional<String> header = response.headers().firstValue("Location");
    if (header.isEmpty()) {
      return new Electing();
    }
    try {
      return Addresses.parse(response.uri().resolve(header.get().strip()).toString())
          .<Answer>map(Redirect::new)
          .orElse(new NotThere("redirects to no http address"));
    } catch (IllegalArgumentException e) {
      return new NotThere("redirects to no http address");
    }
  }

  private static Answer refusal(
      HttpResponse<String> response, boolean fromNode, Optional<JsonNode> body) {
    int status = response.statusCode();
    if (!fromNode) {
      return new NotThere("answered " + status + " and is no DChat node");
    }
    String code = body.flatMap(b -> Json.optional(b, "code")).orElse("http-" + status);
    if (code.equals(TOO_MANY_ATTEMPTS)) {
      // Whoever tries a password wants to know now, not to wait in silence.
      String when =
          response.headers().firstValue("Retry-After").map(s -> s + " s").orElse("a while");
      return new Rejected(code, "too many attempts; try again in " + when);
    }
    if (status == 408 || status == 425 || status == 429 || code.equals(CHANGE_UNDER_WAY)) {
      return new Busy(retryAfter(response), detail(body, "asks to wait"));
    }
    return new Rejected(code, detail(body, "refused with status " + status));
  }

  /** A balancer's or a stranger's error page must never pass for the cluster's own word. */
  private static boolean isFromNode(HttpResponse<String> response) {
    return response.headers().firstValue("X-DChat-Node").isPresent()
        || response
            .headers()
            .firstValue("Content-Type")
            .filter(type -> type.startsWith("application/problem+json"))
            .isPresent();
  }

  private static boolean isReplayed(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Idempotency-Replayed")
        .filter("true"::equalsIgnoreCase)
        .isPresent();
  }

  private static String detail(Optional<JsonNode> body, String otherwise) {
    return body.flatMap(b -> Json.optional(b, "detail").or(() -> Json.optional(b, "title")))
        .orElse(otherwise);
  }

  private static Duration retryAfter(HttpResponse<String> response) {
    String seconds = response.headers().firstValue("Retry-After").orElse("");
    if (!seconds.matches("\\d{1,6}")) {
      return Duration.ZERO;
    }
    Duration wish = Duration.ofSeconds(Long.parseLong(seconds));
    return wish.compareTo(LONGEST_WISH) < 0 ? wish : LONGEST_WISH;
  }
}
