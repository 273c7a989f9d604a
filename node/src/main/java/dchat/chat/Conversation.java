package dchat.chat;

import java.util.Optional;

/** Where somebody reads: a room, or what is said between two. */
public sealed interface Conversation {

  /** Everybody's. */
  record InRoom(String room) implements Conversation {}

  /**
   * With one other.
   *
   * @param partner the other one's account
   * @param name the other one's name, for who is told of it
   */
  record With(long partner, String name) implements Conversation {}

  /** As it is stored. */
  default String key() {
    return switch (this) {
      case InRoom(String room) -> "room " + room;
      case With(long partner, String name) -> "dm " + partner;
    };
  }

  /** The room of a stored key, if it is a room's. */
  static Optional<String> roomOf(String key) {
    return key.startsWith("room ") ? Optional.of(key.substring(5)) : Optional.empty();
  }

  /** The other one's account of a stored key that isn't a room's. */
  static long partnerOf(String key) {
    return Long.parseLong(key.substring(3));
  }
}
