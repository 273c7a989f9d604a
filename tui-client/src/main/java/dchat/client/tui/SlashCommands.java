package dchat.client.tui;

import dchat.client.api.Command;
import dchat.client.api.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The commands that begin with a slash. */
final class SlashCommands {
  private static final List<String> NAMES =
      List.of(
          "/help",
          "/join",
          "/room",
          "/create",
          "/delete-room",
          "/rooms",
          "/who",
          "/search",
          "/cluster",
          "/reconnect",
          "/retry",
          "/edit",
          "/drop",
          "/name",
          "/quit");

  private final Supplier<String> newId;

  SlashCommands(Supplier<String> newId) {
    this.newId = newId;
  }

  /** Every command there is, for completion. */
  List<String> names(Model model) {
    List<String> names = new ArrayList<>(NAMES);
    model.extras().forEach(extra -> names.add("/" + extra.name()));
    return names;
  }

  boolean knows(Model model, String text) {
    String name = text.strip().split("\\s+", 2)[0];
    return names(model).contains(name) || name.matches("/\\d{1,4}");
  }

  /** Carries out a command that is known. */
  Step run(Model model, String text) {
    String[] parts = text.strip().split("\\s+", 2);
    String argument = parts.length > 1 ? parts[1].strip() : "";
    return switch (parts[0]) {
      case "/help" -> Step.of(model.ui(model.ui().mode(new Mode.Help(0))));
      case "/join", "/room" -> Step.of(join(model, argument));
      case "/create" -> create(model, argument);
      case "/delete-room" -> delete(model, argument.isEmpty() ? model.chat().current() : argument);
      case "/rooms" -> Step.of(note(model, "rooms: #" + String.join(" #", model.chat().names())));
      case "/who" -> Step.of(note(model, Rooms.who(model)));
      case "/search" -> search(model, argument);
      case "/cluster" -> Step.of(model.ui(model.ui().mode(new Mode.ClusterView())), new Cmd.Poll());
      case "/reconnect" -> Step.of(model, new Cmd.Reconnect());
      case "/retry" -> Outgoing.pump(model.outbox(model.outbox().retryRejected()));
      case "/edit" -> Step.of(edit(model));
      case "/drop" -> Outgoing.pump(model.outbox(model.outbox().dropRejected()));
      case "/name" -> rename(model, argument);
      case "/quit" -> Keys.leaveUnlessPending(model);
      default ->
          parts[0].matches("/\\d{1,4}")
              ? Step.of(join(model, parts[0].substring(1)))
              : Step.of(model, new Cmd.Extra(parts[0].substring(1), argument));
    };
  }

  Step create(Model model, String argument) {
    String room = bare(argument);
    if (!Keys.NAME.matcher(room).matches()) {
      return Step.of(
          error(model, "a room's name has 1 to 32 letters, digits, dots, dashes, underscores"));
    }
    if (model.chat().has(room)) {
      return Step.of(note(Rooms.enter(model, room), "#" + room + " is there already"));
    }
    return Outgoing.add(model, new Command.AddRoom(newId.get(), model.me().orElse(""), room));
  }

  Step delete(Model model, String argument) {
    String room = bare(argument);
    if (room.equals(Room.GENERAL)) {
      return Step.of(error(model, "#general can't be deleted"));
    }
    if (!model.chat().has(room)) {
      return Step.of(error(model, "there is no room #" + room));
    }
    return Outgoing.add(model, new Command.DeleteRoom(newId.get(), model.me().orElse(""), room));
  }

  private static Model join(Model model, String argument) {
    String room = bare(argument);
    List<String> names = model.chat().names();
    if (names.contains(room)) {
      return Rooms.enter(model, room);
    }
    if (room.matches("\\d{1,4}")) {
      int number = Integer.parseInt(room);
      return number >= 1 && number <= names.size()
          ? Rooms.enter(model, names.get(number - 1))
          : error(model, "there is no room number " + number);
    }
    return error(
        model,
        room.isEmpty()
            ? "which room? /rooms lists them"
            : "there is no room #" + room + "; /create " + room + " makes it");
  }

  private static Step search(Model model, String words) {
    return words.isEmpty()
        ? Step.of(error(model, "which words? /search red fish"))
        : Step.of(
            model.ui(model.ui().mode(new Mode.Search(words, Optional.empty(), 0))),
            new Cmd.Search(words));
  }

  /** Takes the last rejected line back to where it can be changed. */
  private static Model edit(Model model) {
    Optional<Pending> rejected = model.outbox().lastRejected();
    if (rejected.isPresent() && rejected.get().command() instanceof Command.Say say) {
      Model without = model.outbox(model.outbox().without(say.id()));
      return without.ui(without.ui().editor(Editor.of(say.text())));
    }
    return note(model, "there is no rejected line to edit");
  }

  private static Step rename(Model model, String name) {
    if (!Keys.NAME.matcher(name).matches()) {
      return Step.of(error(model, "a name has 1 to 32 letters, digits, dots, dashes, underscores"));
    }
    return Step.of(
        note(model.me(name), "you are " + name + " from now on"),
        new Cmd.Remember(name),
        new Cmd.Recall(name));
  }

  private static String bare(String room) {
    return room.startsWith("#") ? room.substring(1) : room;
  }

  private static Model note(Model model, String text) {
    return model.note(Line.Kind.NOTE, text);
  }

  private static Model error(Model model, String text) {
    return model.note(Line.Kind.ERROR, text);
  }
}
