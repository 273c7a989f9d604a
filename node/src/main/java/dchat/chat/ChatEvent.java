package dchat.chat;

import java.util.Optional;

/**
 * Something public that happened, as everybody reads it.
 *
 * @param index log index at which it happened
 * @param text what was said; present exactly for {@link Type#CHAT}
 * @param atMillis milliseconds since 1970 by the leader's clock
 */
public record ChatEvent(
    long index,
    Type type,
    String id,
    String user,
    String room,
    Optional<String> text,
    long atMillis) {

  /** What happened. Names are part of the API and of the stored format. */
  public enum Type {
    CHAT("chat"),
    ROOM_ADD("room_add"),
    ROOM_DELETE("room_delete");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }

    static Type ofWireName(String name) {
      for (Type type : values()) {
        if (type.wireName.equals(name)) {
          return type;
        }
      }
      throw new IllegalArgumentException("unknown event type " + name);
    }
  }

  /** Roughly the characters it takes to hold or show it; what memory bounds are counted in. */
  int weight() {
    return 256 + text.map(String::length).orElse(0);
  }
}
