package dchat.chat;

import java.util.Optional;

/**
 * Something public that happened, as everybody reads it.
 *
 * @param index log index at which it happened
 * @param text what was said, or empty if it was deleted since; the topic; the id of the message
 *     that was deleted
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
    Standing standing)
    implements Happening {

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
    ROOM_DELETE("room_delete"),
    ROOM_TOPIC("room_topic"),
    MESSAGE_DELETE("message_delete");

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

  /** What remains of a line that was deleted. */
  ChatEvent withoutText() {
    return new ChatEvent(index, type, id, user, room, Optional.empty(), atMillis, standing);
  }

  @Override
  public int weight() {
    return 256 + text.map(String::length).orElse(0);
  }
}
