package dchat.client.api;

/**
 * What a person asks the cluster to do. Each command carries an id of its own (a UUID); the cluster
 * executes an id at most once, so sending the same command again never doubles anything.
 */
public sealed interface Command {
  String id();

  /** The name of the person on whose behalf the command is sent. */
  String user();

  String room();

  /** One line said in a room. */
  record Say(String id, String user, String room, String text) implements Command {}

  /** A new room for everybody. */
  record AddRoom(String id, String user, String room) implements Command {}

  /** The room goes, for everybody, with everything said in it. */
  record DeleteRoom(String id, String user, String room) implements Command {}
}
