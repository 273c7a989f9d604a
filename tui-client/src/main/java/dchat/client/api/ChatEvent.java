package dchat.client.api;

import java.time.Instant;

/**
 * A committed event as every node tells it.
 *
 * @param index its place in the log; unique, and growing along the log
 * @param text what was said; empty unless the type is {@link Type#CHAT}
 * @param id the id of the command it came from
 * @param at when the leader took the command, by the leader's clock
 */
public record ChatEvent(
    long index, Type type, String user, String text, String room, String id, Instant at) {

  /** The kinds of event this client knows; it passes over others. */
  public enum Type {
    CHAT("chat"),
    ROOM_ADD("room_add"),
    ROOM_DELETE("room_delete");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    /** The name of the type in JSON and in the event stream. */
    public String wireName() {
      return wireName;
    }
  }
}
