package dchat.client.api;

import java.time.Instant;

/**
 * A committed event as every node tells it.
 *
 * @param index its place in the log; unique, and growing along the log
 * @param text what was said, empty if it was taken back; the topic; the id of the line that was
 *     taken back
 * @param id the id of the command it came from
 * @param at when the leader took the command, by the leader's clock
 * @param standing of the user
 */
public record ChatEvent(
    long index,
    Type type,
    String user,
    String text,
    String room,
    String id,
    Instant at,
    Standing standing) {

  /** The kinds of event this client knows; it passes over others. */
  public enum Type {
    CHAT("chat", "text"),
    ROOM_ADD("room_add", ""),
    ROOM_DELETE("room_delete", ""),
    ROOM_TOPIC("room_topic", "topic"),
    MESSAGE_DELETE("message_delete", "message");

    private final String wireName;
    private final String textField;

    Type(String wireName, String textField) {
      this.wireName = wireName;
      this.textField = textField;
    }

    /** The name of the type in JSON and in the event stream. */
    public String wireName() {
      return wireName;
    }

    /** The field in which JSON has the text; empty where there is none. */
    String textField() {
      return textField;
    }
  }

  /** Who somebody is that said something. */
  public enum Standing {
    GUEST,
    /** Holds the account of that name. */
    MEMBER,
    /** Held it; the account was deleted, and the name may be another's now. */
    GONE
  }

  /** Of a guest. */
  public ChatEvent(
      long index, Type type, String user, String text, String room, String id, Instant at) {
    this(index, type, user, text, room, id, at, Standing.GUEST);
  }

  /** Whether it is what remains of a line that was taken back. */
  public boolean isTakenBack() {
    return type == Type.CHAT && text.isEmpty();
  }
}
