package dchat.client.tui;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything the screen shows and the program knows, at one moment. Never changes; {@link Update}
 * makes the next one.
 *
 * @param me the reader's name; empty until it is given
 * @param extras commands of the program this runs in, such as those of a demo
 * @param now this machine's clock at the last tick
 */
public record Model(
    Optional<String> me,
    Chat chat,
    Outbox outbox,
    Link link,
    Ui ui,
    List<ExtraCommand> extras,
    Instant now) {

  public Model {
    extras = List.copyOf(extras);
  }

  /** A slash command that the surrounding program carries out. */
  public record ExtraCommand(String name, String usage, String help) {}

  /** The state in which a client starts. */
  public static Model start(
      Optional<String> me,
      Optional<String> room,
      List<ExtraCommand> extras,
      int columns,
      int rows,
      Instant now) {
    Ui ui = Ui.of(columns, rows);
    Model model =
        new Model(
            me,
            // A room that turns out not to exist is left again when the first snapshot comes.
            room.map(r -> Chat.EMPTY.withRoom(r).entering(r, Editor.EMPTY)).orElse(Chat.EMPTY),
            Outbox.EMPTY,
            Link.connecting(now),
            me.isPresent() ? ui : ui.mode(new Mode.Naming("")),
            extras,
            now);
    return me.isPresent()
        ? model
        : model.note(
            Line.Kind.NOTE,
            "Welcome to DChat. Type the name you want to be seen by, and press Enter.");
  }

  Model me(String name) {
    return new Model(Optional.of(name), chat, outbox, link, ui, extras, now);
  }

  Model chat(Chat next) {
    return new Model(me, next, outbox, link, ui, extras, now);
  }

  Model outbox(Outbox next) {
    return new Model(me, chat, next, link, ui, extras, now);
  }

  Model link(Link next) {
    return new Model(me, chat, outbox, next, ui, extras, now);
  }

  Model ui(Ui next) {
    return new Model(me, chat, outbox, link, next, extras, now);
  }

  Model now(Instant time) {
    return new Model(me, chat, outbox, link, ui, extras, time);
  }

  /** With a line of this program's own in the room the reader looks at. */
  Model note(Line.Kind kind, String text) {
    return chat(chat.withNote(chat.current(), Line.note(kind, now, text)));
  }
}
