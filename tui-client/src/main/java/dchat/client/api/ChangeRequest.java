package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** A {@link ClusterChange} as a request to the leader, and what came of it in its own words. */
final class ChangeRequest {
  /** A change commits only with a majority, so its answer takes longer than a line's. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private ChangeRequest() {}

  static ToLeader of(ClusterChange change) {
    ToLeader request =
        switch (change) {
          case ClusterChange.Add add ->
              ToLeader.of("PUT", member(add.id()), PATIENCE).body(Json.write(add));
          case ClusterChange.Remove(String id) -> ToLeader.of("DELETE", member(id), PATIENCE);
          case ClusterChange.Transfer transfer -> {
            ToLeader handOver =
                ToLeader.of("POST", "/v1/cluster/leader", PATIENCE).body(Json.write(transfer));
            // Without a target, asked for again it could move the leadership twice.
            yield transfer.to().isPresent() ? handOver : handOver.once();
          }
        };
    return request.withoutIndex();
  }

  private static String member(String id) {
    return "/v1/cluster/members/" + id;
  }

  static ChangeOutcome outcome(Delivered delivered) {
    return switch (delivered) {
      case Delivered.Done(JsonNode body, boolean replayed) ->
          new ChangeOutcome.Done(Json.optional(body, "detail").orElse("done"));
      case Delivered.Rejected(String code, String detail) ->
          new ChangeOutcome.Refused(code, detail);
      case Delivered.Unknown(String detail) -> new ChangeOutcome.Unknown(detail);
      case Delivered.NoLeader(String detail) -> new ChangeOutcome.NoLeader(detail);
    };
  }
}
