package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * Registering, signing in, and what else one does with an account. Each call blocks until its
 * outcome is certain or its time is up, and may be made again with the same key: it then takes
 * effect once.
 */
public final class Accounts {
  /** Hashing a password takes a node a while, longer when many do. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Who wants to leave isn't held up by a cluster that doesn't answer. */
  private static final Duration GOODBYE = Duration.ofSeconds(3);

  private final ClusterClient cluster;
  private final Duration budget;

  Accounts(ClusterClient cluster, Duration budget) {
    this.cluster = cluster;
    this.budget = budget;
  }

  /** Makes an account; the outcome's index means nothing to a person. */
  public Outcome register(String name, String password, String key) {
    return run(
        ToLeader.of("POST", "/v1/accounts", PATIENCE)
            .body(Json.of("name", name, "password", password))
            .key(key));
  }

  /**
   * Begins a session, which {@link ClusterClient#use} puts to use.
   *
   * @param takeover whether the session of another device may end by it
   */
  public SignInOutcome signIn(String name, String password, boolean takeover, String key) {
    ToLeader request =
        ToLeader.of("POST", "/v1/session", PATIENCE)
            .body(Json.signIn(name, password, takeover))
            .key(key);
    return switch (cluster.deliver(request, budget, progress -> {})) {
      case Delivered.Done(JsonNode body, boolean replayed) ->
          new SignInOutcome.SignedIn(
              new Session(Json.optional(body, "name").orElse(name), Json.text(body, "token")));
      case Delivered.Rejected(String code, String detail) ->
          code.equals("already-logged-in")
              ? new SignInOutcome.Elsewhere()
              : new SignInOutcome.Refused(code, detail);
      case Delivered.Unknown(String detail) -> new SignInOutcome.Failed(detail);
      case Delivered.NoLeader(String detail) -> new SignInOutcome.Failed(detail);
    };
  }

  /** Ends the session, on every node; its token is worth nothing from then on. */
  public Outcome signOut(Session session) {
    return cluster
        .deliver(
            ToLeader.of("DELETE", "/v1/session", PATIENCE).as(Optional.of(session)),
            GOODBYE,
            progress -> {})
        .outcome();
  }

  /** Sets another password; the session stays. */
  public Outcome changePassword(Session session, String old, String fresh, String key) {
    return run(
        ToLeader.of("PUT", "/v1/accounts/me/password", PATIENCE)
            .as(Optional.of(session))
            .body(Json.of("old", old, "new", fresh))
            .key(key));
  }

  /** Deletes the account; what it said stays, marked. */
  public Outcome delete(Session session, String password) {
    return run(
        ToLeader.of("DELETE", "/v1/accounts/me", PATIENCE)
            .as(Optional.of(session))
            .body(Json.of("password", password)));
  }

  private Outcome run(ToLeader request) {
    return cluster.deliver(request, budget, progress -> {}).outcome();
  }
}
