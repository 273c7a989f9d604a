package dchat.chat;

import java.util.Optional;

/**
 * Something public that happened, as everybody reads it.
 *
 * @param index log index at which it happened
 * @param text what was said; present exactly for {@link Type#CHAT}
 * @param atMillis milliseconds since 1970 by the leader's clock
 * @param standing of {@code user}, as of when this was read
 */
public record ChatEvent(
    long index,
    Type type,
    String id,
    String user,
    String room,
    Optional<String> text,
    long atMillis,
    Standing standing) {

  /** Who has said it. */
  public enum Standing {
    /** Somebody without an account. */
    GUEST,
    /** The holder of the account of this name. */
    MEMBER,
    /** The former holder of an account that was deleted. */
    GONE
  }

  /** Said by a guest. */
  public ChatEvent(
      long index,
      Type type,
      String id,
      String user,
      String room,
      Optional<String> text,
      long atMillis) {
    this(index, type, id, user, room, text, atMillis, Standing.GUEST);
  }

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
