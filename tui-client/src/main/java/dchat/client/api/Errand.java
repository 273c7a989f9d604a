package dchat.client.api;

import java.util.Map;

/**
 * What the leader is asked to do, in HTTP's words. It carries what makes a repetition harmless: the
 * command's id, or an {@code Idempotency-Key}.
 */
record Errand(String path, String body, Map<String, String> headers) {
  Errand {
    headers = Map.copyOf(headers);
  }

  static Errand of(Command command) {
    return new Errand("/chat", Json.write(command), Map.of());
  }

  /** The same on behalf of whoever is signed in with {@code token}. */
  static Errand of(Command command, String token) {
    return new Errand("/chat", Json.write(command), Map.of("Authorization", "Bearer " + token));
  }

  static Errand register(String id, String name, String password) {
    return new Errand(
        "/v1/accounts", Json.credentials(name, password).toString(), Map.of("Idempotency-Key", id));
  }

  /** Signs in, and ends the session that another device may have. */
  static Errand signIn(String id, String name, String password) {
    return new Errand(
        "/v1/session",
        Json.credentials(name, password).put("takeover", true).toString(),
        Map.of("Idempotency-Key", id));
  }
}
