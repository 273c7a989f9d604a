package dchat.chat;

/**
 * A room that exists.
 *
 * @param createdIndex log index at which it was made; 0 for {@link #GENERAL}
 * @param createdAtMillis milliseconds since 1970 by the leader's clock
 */
public record Room(String name, long createdIndex, long createdAtMillis) {
  /** The room that always exists and can't be deleted. */
  public static final String GENERAL = "general";
}
