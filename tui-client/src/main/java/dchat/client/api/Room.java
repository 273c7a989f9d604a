package dchat.client.api;

import java.time.Instant;

/** A room that exists. */
public record Room(String name, Instant createdAt) {
  /** The room that always exists. */
  public static final String GENERAL = "general";
}
