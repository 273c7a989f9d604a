package dchat.chat;

/**
 * A room that exists.
 *
 * @param createdIndex log index at which it was made; 0 for {@link #GENERAL}
 * @param createdAtMillis milliseconds since 1970 by the leader's clock
 * @param topic what it is about; empty if nobody has said so
 */
public record Room(String name, long createdIndex, long createdAtMillis, String topic) {
  /** A room without a topic. */
  public Room(String name, long createdIndex, long createdAtMillis) {
    this(name, createdIndex, createdAtMillis, "");
  }

  Room about(String newTopic) {
    return new Room(name, createdIndex, createdAtMillis, newTopic);
  }

  /** The room that always exists and can't be deleted. */
  public static final String GENERAL = "general";
}
