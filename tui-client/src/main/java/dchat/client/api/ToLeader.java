package dchat.client.api;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request for a change, which only the leader can grant, as it goes to one node after the other.
 *
 * @param headers besides those that every request has
 * @param patience for one node's answer; after that the outcome of the try is unknown
 * @param wantsIndex whether an answer counts only if it names a place in the log
 * @param repeatable whether it may be sent again when its outcome is unknown
 */
record ToLeader(
    String method,
    String path,
    Optional<String> body,
    Map<String, String> headers,
    Duration patience,
    boolean wantsIndex,
    boolean repeatable) {

  ToLeader {
    headers = Map.copyOf(headers);
  }

  static ToLeader of(String method, String path, Duration patience) {
    return new ToLeader(method, path, Optional.empty(), Map.of(), patience, true, true);
  }

  ToLeader body(String json) {
    return new ToLeader(method, path, Optional.of(json), headers, patience, wantsIndex, repeatable);
  }

  /** In the name of whoever holds the session, if there is one. */
  ToLeader as(Optional<Session> session) {
    return session.map(s -> header("Authorization", s.authorization())).orElse(this);
  }

  /** With the word that administrators know, if there is one. */
  ToLeader withAdminToken(Optional<String> token) {
    return token.map(word -> header("Authorization", "Bearer " + word)).orElse(this);
  }

  /** However often it is sent with this key, it happens once. */
  ToLeader key(String idempotencyKey) {
    return header("Idempotency-Key", idempotencyKey);
  }

  /** Answered with something else than a place in the log. */
  ToLeader withoutIndex() {
    return new ToLeader(method, path, body, headers, patience, false, repeatable);
  }

  /** Sent twice it might happen twice. */
  ToLeader once() {
    return new ToLeader(method, path, body, headers, patience, wantsIndex, false);
  }

  HttpRequest to(URI node, Duration timeout, boolean forwarded) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(timeout)
            .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    body.ifPresent(json -> request.header("Content-Type", "application/json"));
    headers.forEach(request::header);
    if (forwarded) {
      request.header("Prefer", "dchat-not-leader=forward");
    }
    return request.build();
  }

  private ToLeader header(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new ToLeader(method, path, body, more, patience, wantsIndex, repeatable);
  }

  /** Without what must not be seen. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
