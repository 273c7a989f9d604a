package dchat.client.tui;

import dchat.client.api.ChatEvent;
import java.time.Instant;

/**
 * One line of a timeline.
 *
 * @param index its place in the log; {@link #LOCAL} for what only this screen says
 */
record Line(long index, Instant at, Kind kind, String user, String text) {
  static final long LOCAL = -1;

  /** Who speaks in a line: a person, the cluster, or this program. */
  enum Kind {
    CHAT,
    EVENT,
    NOTE,
    WARNING,
    ERROR
  }

  static Line of(ChatEvent event) {
    return switch (event.type()) {
      case CHAT -> new Line(event.index(), event.at(), Kind.CHAT, event.user(), event.text());
      case ROOM_ADD ->
          new Line(
              event.index(),
              event.at(),
              Kind.EVENT,
              event.user(),
              event.user() + " created the room");
      case ROOM_DELETE ->
          new Line(
              event.index(),
              event.at(),
              Kind.EVENT,
              event.user(),
              event.user() + " deleted the room");
    };
  }

  static Line note(Kind kind, Instant at, String text) {
    return new Line(LOCAL, at, kind, "", text);
  }

  boolean isLocal() {
    return index == LOCAL;
  }
}
