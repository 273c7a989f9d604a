package dchat.client.api;

/**
 * What a person asks the cluster to do. Each command carries an id of its own (a UUID); the cluster
 * executes an id at most once, so sending the same command again never doubles anything.
 */
public sealed interface Command {
  String id();

  /** The name of the person on whose behalf the command is sent. */
  String user();

  /** One line said in a room. */
  record Say(String id, String user, String room, String text) implements Command {}

  /** A new room for everybody. */
  record AddRoom(String id, String user, String room) implements Command {}

  /** The room goes, for everybody, with everything said in it. */
  record DeleteRoom(String id, String user, String room) implements Command {}

  /** One line to one person; takes a session, as do those that follow. */
  record Direct(String id, String user, String to, String text) implements Command {}

  /** What a room is about. */
  record SetTopic(String id, String user, String room, String topic) implements Command {}

  /** A line of one's own is taken back from a room; {@code message} is its id. */
  record TakeBack(String id, String user, String room, String message) implements Command {}

  /** A line of one's own is taken back from both sides of a conversation. */
  record TakeBackDirect(String id, String user, String partner, String message)
      implements Command {}
}
