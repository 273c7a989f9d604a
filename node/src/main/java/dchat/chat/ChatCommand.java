package dchat.chat;

/**
 * What a person asks the chat to do. Goes through the log as bytes (see {@link ChatCodec}) and is
 * applied by {@link ChatStateMachine} on every replica.
 */
public sealed interface ChatCommand extends LogCommand {

  /** Chosen by the sender; the same id is applied at most once, ever. */
  String id();

  /** Who asks. */
  String user();

  /** The room it is about. */
  String room();

  /**
   * Says something in a room.
   *
   * @param text not empty, see {@link ChatSyntax#forbiddenCharacter}; its length is limited only
   *     where it enters the system
   */
  record Chat(String id, String user, String text, String room) implements ChatCommand {
    /**
     * @throws IllegalArgumentException if a field isn't valid
     */
    public Chat {
      requireValid(id, user, room);
      if (text.isEmpty() || ChatSyntax.forbiddenCharacter(text).isPresent()) {
        throw new IllegalArgumentException("text is empty or has forbidden characters");
      }
    }
  }

  /** Makes a room. */
  record RoomAdd(String id, String user, String room) implements ChatCommand {
    /**
     * @throws IllegalArgumentException if a field isn't valid
     */
    public RoomAdd {
      requireValid(id, user, room);
    }
  }

  /** Deletes a room; its events stay in the history of the whole chat. */
  record RoomDelete(String id, String user, String room) implements ChatCommand {
    /**
     * @throws IllegalArgumentException if a field isn't valid
     */
    public RoomDelete {
      requireValid(id, user, room);
    }
  }

  private static void requireValid(String id, String user, String room) {
    if (!ChatSyntax.isId(id)) {
      throw new IllegalArgumentException("id isn't valid");
    }
    if (!ChatSyntax.isName(user)) {
      throw new IllegalArgumentException("user isn't a valid name");
    }
    if (!ChatSyntax.isName(room)) {
      throw new IllegalArgumentException("room isn't a valid name");
    }
  }
}
