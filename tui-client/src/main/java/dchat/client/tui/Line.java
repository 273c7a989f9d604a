package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.DirectMessage;
import java.time.Instant;

/**
 * One line of a timeline.
 *
 * @param index its place in the log; {@link #LOCAL} for what only this screen says
 * @param text what was said; empty if it was taken back
 * @param id of the command it came from; empty for what only this screen says
 */
record Line(long index, Instant at, Kind kind, String user, String text, String id) {
  static final long LOCAL = -1;

  /** Who speaks in a line: a person, the cluster, or this program. */
  enum Kind {
    CHAT,
    /** Said by somebody whose account was deleted since. */
    CHAT_OF_GONE,
    EVENT,
    NOTE,
    WARNING,
    ERROR
  }

  static Line of(ChatEvent event) {
    String user = event.user();
    return switch (event.type()) {
      case CHAT ->
          new Line(
              event.index(),
              event.at(),
              event.standing() == ChatEvent.Standing.GONE ? Kind.CHAT_OF_GONE : Kind.CHAT,
              user,
              event.text(),
              event.id());
      case ROOM_ADD -> happened(event, user + " created the room");
      case ROOM_DELETE -> happened(event, user + " deleted the room");
      case ROOM_TOPIC ->
          happened(
              event,
              event.text().isEmpty()
                  ? user + " took the topic away"
                  : user + " set the topic: " + event.text());
      case MESSAGE_DELETE -> happened(event, user + " took a line back");
    };
  }

  static Line of(DirectMessage dm) {
    return new Line(dm.index(), dm.at(), Kind.CHAT, dm.from(), dm.text(), dm.id());
  }

  private static Line happened(ChatEvent event, String words) {
    return new Line(event.index(), event.at(), Kind.EVENT, event.user(), words, event.id());
  }

  static Line note(Kind kind, Instant at, String text) {
    return new Line(LOCAL, at, kind, "", text, "");
  }

  boolean isLocal() {
    return index == LOCAL;
  }

  /** Whether a person says it. */
  boolean isSaid() {
    return kind == Kind.CHAT || kind == Kind.CHAT_OF_GONE;
  }

  boolean isTakenBack() {
    return isSaid() && text.isEmpty();
  }

  /** What remains of it when it is taken back. */
  Line takenBack() {
    return new Line(index, at, kind, user, "", id);
  }
}
