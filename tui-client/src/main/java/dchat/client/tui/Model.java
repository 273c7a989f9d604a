package dchat.client.tui;

import dchat.client.api.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything the screen shows and the program knows, at one moment. Never changes; {@link Update}
 * makes the next one.
 *
 * @param me the reader's name; empty until it is given
 * @param identity in whose name they speak
 * @param marks what the cluster is told of how far the reader has come
 * @param extras commands of the program this runs in, such as those of a demo
 * @param now this machine's clock at the last tick
 */
public record Model(
    Optional<String> me,
    Identity identity,
    Chat chat,
    Outbox outbox,
    Link link,
    Marks marks,
    Ui ui,
    List<ExtraCommand> extras,
    Instant now) {

  public Model {
    extras = List.copyOf(extras);
  }

  /** A slash command that the surrounding program carries out. */
  public record ExtraCommand(String name, String usage, String help) {}

  /**
   * The state in which a client starts.
   *
   * @param session kept from last time
   */
  public static Model start(
      Optional<String> me,
      Optional<Session> session,
      Optional<String> room,
      Settings settings,
      List<ExtraCommand> extras,
      int columns,
      int rows,
      Instant now) {
    Ui ui = Ui.of(columns, rows, settings, now);
    Model model =
        new Model(
            me,
            session.<Identity>map(s -> new Identity.Member(s, now)).orElseGet(Identity.Guest::new),
            // A room that turns out not to exist is left again when the first snapshot comes.
            room.map(r -> Chat.EMPTY.withRoom(r).entering(r, Editor.EMPTY)).orElse(Chat.EMPTY),
            Outbox.EMPTY,
            Link.connecting(now),
            Marks.START,
            me.isPresent() ? ui : ui.mode(new Mode.Naming("")),
            extras,
            now);
    return me.isPresent()
        ? model
        : model
            .note(
                Line.Kind.NOTE,
                "Welcome to DChat. Type the name you want to be seen by, and press Enter.")
            .note(
                Line.Kind.NOTE,
                "If you have registered one: type it, and you are asked for the password."
                    + " Forgotten it? /users and how it begins: /users al");
  }

  Model me(String name) {
    return new Model(Optional.of(name), identity, chat, outbox, link, marks, ui, extras, now);
  }

  Model identity(Identity next) {
    return new Model(me, next, chat, outbox, link, marks, ui, extras, now);
  }

  Model chat(Chat next) {
    return new Model(me, identity, next, outbox, link, marks, ui, extras, now);
  }

  Model outbox(Outbox next) {
    return new Model(me, identity, chat, next, link, marks, ui, extras, now);
  }

  Model link(Link next) {
    return new Model(me, identity, chat, outbox, next, marks, ui, extras, now);
  }

  Model marks(Marks next) {
    return new Model(me, identity, chat, outbox, link, next, ui, extras, now);
  }

  Model ui(Ui next) {
    return new Model(me, identity, chat, outbox, link, marks, next, extras, now);
  }

  Model now(Instant time) {
    return new Model(me, identity, chat, outbox, link, marks, ui, extras, time);
  }

  /** With a line of this program's own in the room the reader looks at. */
  Model note(Line.Kind kind, String text) {
    return chat(chat.withNote(chat.current(), Line.note(kind, now, text)));
  }
}
