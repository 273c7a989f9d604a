package dchat.client.tui;

import dchat.client.api.Command;
import java.util.Optional;

/**
 * How a conversation is called in the model: a room by its own name, what passes with one person by
 * {@code @} and theirs, which no room can have.
 */
final class Talk {
  private static final String SIGN = "@";

  private Talk() {}

  static String with(String person) {
    return SIGN + person;
  }

  static boolean isDirect(String talk) {
    return talk.startsWith(SIGN);
  }

  /** The other one; the talk must be a direct one. */
  static String partner(String talk) {
    return talk.substring(SIGN.length());
  }

  /** As it is shown: {@code #room} or {@code @person}. */
  static String label(String talk) {
    return isDirect(talk) ? talk : "#" + talk;
  }

  /** Where the line of a command will stand; empty for what says no line. */
  static Optional<String> of(Command command) {
    return switch (command) {
      case Command.Say say -> Optional.of(say.room());
      case Command.Direct dm -> Optional.of(with(dm.to()));
      case Command.SetTopic topic -> Optional.of(topic.room());
      case Command.TakeBack back -> Optional.of(back.room());
      case Command.TakeBackDirect back -> Optional.of(with(back.partner()));
      case Command.AddRoom add -> Optional.empty();
      case Command.DeleteRoom delete -> Optional.empty();
    };
  }
}
