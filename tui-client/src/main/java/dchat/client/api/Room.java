package dchat.client.api;

import java.time.Instant;

/**
 * A room that exists.
 *
 * @param topic what it is about; may be empty
 */
public record Room(String name, Instant createdAt, String topic) {
  /** The room that always exists. */
  public static final String GENERAL = "general";

  public Room(String name, Instant createdAt) {
    this(name, createdAt, "");
  }
}
