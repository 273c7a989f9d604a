package dchat.chat;

/** Everything that goes through the log to be applied by {@link ChatStateMachine}. */
public sealed interface LogCommand permits ChatCommand, PeopleCommand {

  /** Its bytes in the log, in the format of its kind. */
  default byte[] encoded() {
    return switch (this) {
      case ChatCommand chat -> ChatCodec.encode(chat);
      case PeopleCommand people -> PeopleCodec.encode(people);
    };
  }

  /**
   * Whether only a later version can know what these bytes mean. A new kind of command gets a new
   * format, so that no replica passes over what others obey.
   */
  static boolean isOfLaterFormat(byte[] bytes) {
    return bytes.length > 0 && Byte.toUnsignedInt(bytes[0]) > PeopleCodec.VERSION;
  }

  /** What kind of command these bytes are, in words; nothing of what it says. */
  static String kindOf(byte[] bytes) {
    LogCommand command;
    try {
      command = decode(bytes);
    } catch (RuntimeException e) {
      return "not understood";
    }
    return switch (command) {
      case PeopleCommand.AsMember(Seat seat, ChatCommand said) ->
          said.getClass().getSimpleName() + " of a member";
      case ChatCommand said -> said.getClass().getSimpleName();
      case PeopleCommand done -> done.getClass().getSimpleName();
    };
  }

  /**
   * @throws IllegalArgumentException if {@code bytes} aren't a command of a known format
   */
  static LogCommand decode(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == PeopleCodec.VERSION
        ? PeopleCodec.decode(bytes)
        : ChatCodec.decodeCommand(bytes);
  }
}
