package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;

/** How a {@link Delivery} ended. */
sealed interface Delivered {
  record Done(JsonNode body, boolean replayed) implements Delivered {}

  record Rejected(String code, String detail) implements Delivered {}

  record Unknown(String detail) implements Delivered {}

  /** It is certain that nothing was done. */
  record NoLeader(String detail) implements Delivered {}

  /** What it means for a command. */
  default Outcome outcome() {
    return switch (this) {
      case Done(JsonNode body, boolean replayed) ->
          new Outcome.Committed(body.path("index").asLong(), replayed);
      case Rejected(String code, String detail) -> new Outcome.Rejected(code, detail);
      case Unknown(String detail) -> new Outcome.Unknown(detail);
      case NoLeader(String detail) -> new Outcome.NoLeader(detail);
    };
  }
}
