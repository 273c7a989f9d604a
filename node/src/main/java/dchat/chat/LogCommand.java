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
   * @throws IllegalArgumentException if {@code bytes} aren't a command of a known format
   */
  static LogCommand decode(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == PeopleCodec.VERSION
        ? PeopleCodec.decode(bytes)
        : ChatCodec.decodeCommand(bytes);
  }
}
