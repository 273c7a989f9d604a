package dchat.http;

import dchat.chat.ChatResult.Reason;

/** What the state machine refuses, as the caller gets it. */
final class Rejections {
  private Rejections() {}

  /**
   * @param about the name, room or message it is about
   */
  static Problem of(Reason reason, String about) {
    return switch (reason) {
      case UNKNOWN_ROOM ->
          Problem.ofField(ProblemType.UNKNOWN_ROOM, "room", "There is no room " + about + ".");
      case ROOM_EXISTS ->
          Problem.ofField(
              ProblemType.ROOM_EXISTS, "room", "The room " + about + " exists already.");
      case ROOM_PROTECTED ->
          Problem.ofField(
              ProblemType.ROOM_PROTECTED, "room", "The room " + about + " can't be deleted.");
      case ID_REUSED ->
          Problem.ofField(
              ProblemType.ID_REUSED, "id", "A command with other content has this id already.");
      case NAME_REGISTERED -> nameRegistered(about);
      case NAME_TAKEN ->
          Problem.ofField(
              ProblemType.NAME_TAKEN, "name", "Somebody has registered " + about + " already.");
      case BAD_CREDENTIALS -> badCredentials();
      case ALREADY_LOGGED_IN ->
          Problem.of(
              ProblemType.ALREADY_LOGGED_IN,
              "Another device is signed in; takeover ends its session.");
      case SESSION_ENDED -> Access.over();
      case UNKNOWN_ACCOUNT ->
          Problem.ofField(
              ProblemType.UNKNOWN_ACCOUNT, "user", "Nobody has registered " + about + ".");
      case UNKNOWN_MESSAGE ->
          Problem.ofField(
              ProblemType.UNKNOWN_MESSAGE, "id", "There is no message with this id here.");
      case NOT_YOURS ->
          Problem.ofField(ProblemType.NOT_YOURS, "id", "This message is somebody else's.");
      case MALFORMED ->
          Problem.of(ProblemType.INTERNAL, "The cluster didn't understand the command.");
    };
  }

  static Problem nameRegistered(String name) {
    return Problem.ofField(
            ProblemType.NAME_REGISTERED,
            "user",
            "The name " + name + " is registered: who has it signs in to speak.")
        .with("WWW-Authenticate", "Bearer");
  }

  /** The same for a wrong password and an unknown name. */
  static Problem badCredentials() {
    return Problem.of(ProblemType.BAD_CREDENTIALS, "Name and password don't belong together.")
        .with("WWW-Authenticate", "Bearer");
  }
}
