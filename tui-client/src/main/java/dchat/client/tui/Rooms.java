package dchat.client.tui;

import dchat.client.api.ChatEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Going from room to room, by will or because a room has gone. */
final class Rooms {
  private Rooms() {}

  /** The reader goes to {@code room}, if it exists; what is being typed stays where it was. */
  static Model enter(Model model, String room) {
    Chat chat = model.chat();
    if (!chat.has(room) || room.equals(chat.current())) {
      return model;
    }
    Chat entered = chat.entering(room, model.ui().editor());
    Ui ui = model.ui().editor(entered.currentRoom().draft()).scroll(0, 0);
    return model.chat(entered).ui(ui);
  }

  /** A room this reader made: known before the stream tells, unless that is further already. */
  static Model created(Model model, String room, long index) {
    boolean streamKnows = model.chat().lastIndex() >= index;
    Model known = streamKnows ? model : model.chat(model.chat().withRoom(room));
    return enter(known, room);
  }

  /**
   * After the chat has changed from {@code before}: if the room that was read has gone with it, the
   * reader finds themselves in {@code general} and is told why, with what they were typing.
   */
  static Model settle(Model before, Model after, Optional<ChatEvent> deletion) {
    String old = before.chat().current();
    String now = after.chat().current();
    if (old.equals(now)) {
      return dropStaleMode(after);
    }
    String why = deletion.map(d -> " was deleted by " + d.user()).orElse(" does not exist");
    Editor typed = before.ui().editor();
    Editor draft = after.chat().currentRoom().draft();
    Ui ui = after.ui().editor(typed.isEmpty() ? draft : typed).scroll(0, 0);
    return dropStaleMode(after.ui(ui))
        .note(
            Line.Kind.WARNING,
            Talk.isDirect(old)
                ? "you are in #" + now + " now"
                : "#" + old + why + ", you are in #" + now + " now");
  }

  /** A question about a room that has gone answers itself. */
  private static Model dropStaleMode(Model model) {
    boolean stale =
        switch (model.ui().mode()) {
          case Mode.Browsing(String room) -> !model.chat().has(room);
          case Mode.ConfirmDelete(String room) -> !model.chat().has(room);
          default -> false;
        };
    return stale ? model.ui(model.ui().mode(new Mode.Typing())) : model;
  }

  /** {@code /who}. */
  static String who(Model model) {
    List<Presence.Active> active = model.chat().active(model.now());
    String here = names(active.stream().filter(Presence.Active::here).toList());
    String before = names(active.stream().filter(a -> !a.here()).toList());
    String now = here.isEmpty() ? "nobody is here" : "here: " + here;
    return before.isEmpty() ? now : now + "; spoke in the last five minutes: " + before;
  }

  private static String names(List<Presence.Active> people) {
    return people.stream()
        .map(
            a ->
                a.user()
                    + a.ago()
                        .filter(ago -> ago.toMinutes() > 0)
                        .map(ago -> " (" + ago.toMinutes() + " min ago)")
                        .orElse(""))
        .collect(Collectors.joining(", "));
  }
}
