package dchat.client.tui;

import dchat.client.api.ClusterStatus;
import dchat.client.api.Command;
import dchat.client.api.Room;
import dchat.client.api.Survey;
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
          "/topic",
          "/rooms",
          "/dm",
          "/msg",
          "/me",
          "/who",
          "/users",
          "/unread",
          "/search",
          "/del",
          "/retry",
          "/edit",
          "/drop",
          "/login",
          "/register",
          "/logout",
          "/passwd",
          "/delete-account",
          "/name",
          "/cluster",
          "/node",
          "/reconnect",
          "/notify",
          "/theme",
          "/set",
          "/quit");

  private final Supplier<String> newId;
  private final Directs directs;

  SlashCommands(Supplier<String> newId) {
    this.newId = newId;
    this.directs = new Directs(newId);
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
      case "/topic" -> topic(model, argument);
      case "/rooms" ->
          Step.of(note(model, "rooms: #" + String.join(" #", model.chat().roomNames())));
      case "/dm" -> Step.of(Directs.open(model, argument));
      case "/msg" -> directs.say(model, argument);
      case "/me" -> act(model, argument);
      case "/users" -> Directs.find(model, argument);
      case "/unread" -> Step.of(note(model, Directs.unread(model)));
      case "/del" -> directs.askToTakeBack(model);
      case "/login" -> SigningIn.login(model, argument);
      case "/register" -> SigningIn.register(model, argument);
      case "/logout" -> SigningIn.logout(model);
      case "/passwd" -> SigningIn.changePassword(model);
      case "/delete-account" -> SigningIn.deleteAccount(model);
      case "/notify" -> Preferences.bell(model, argument);
      case "/theme" -> Preferences.theme(model, argument);
      case "/set" -> Preferences.set(model, argument);
      case "/who" -> Step.of(note(model, Rooms.who(model)));
      case "/search" -> search(model, argument);
      case "/cluster" -> Step.of(model.ui(model.ui().mode(new Mode.ClusterView())), new Cmd.Poll());
      case "/node" -> node(model, argument);
      case "/reconnect" -> Step.of(model, new Cmd.Reconnect(Optional.empty()));
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

  private Step topic(Model model, String topic) {
    String room = model.chat().current();
    if (Talk.isDirect(room)) {
      return Step.of(error(model, "only rooms have topics"));
    }
    if (topic.isEmpty()) {
      String known = model.chat().currentRoom().topic();
      return Step.of(note(model, known.isEmpty() ? "#" + room + " has no topic" : known));
    }
    if (model.identity() instanceof Identity.Guest) {
      return Step.of(error(model, "only who is signed in can set a topic"));
    }
    return Outgoing.add(
        model, new Command.SetTopic(newId.get(), model.me().orElse(""), room, topic));
  }

  /** As it reads everywhere, also where this convention isn't known. */
  private Step act(Model model, String what) {
    String talk = model.chat().current();
    if (what.isEmpty()) {
      return Step.of(error(model, "what do you do? /me waves"));
    }
    return Directs.obstacle(model, talk)
        .map(why -> Step.of(error(model, why)))
        .orElseGet(() -> Outgoing.say(model, newId.get(), talk, Timeline.action(model.me(), what)));
  }

  /** {@code /node}: which node serves, or from now on another one. */
  private static Step node(Model model, String wanted) {
    List<ClusterStatus.Member> members =
        model.link().survey().flatMap(Survey::best).stream()
            .flatMap(best -> best.status().members().stream())
            .toList();
    if (wanted.isEmpty()) {
      String others = String.join(", ", members.stream().map(ClusterStatus.Member::id).toList());
      return Step.of(
          note(
              model,
              "served by " + model.link().node().orElse("no node") + "; members: " + others));
    }
    return members.stream()
        .filter(m -> m.id().equals(wanted))
        .flatMap(m -> m.http().stream())
        .findFirst()
        .map(url -> Step.of(model, new Cmd.Reconnect(Optional.of(url))))
        .orElseGet(() -> Step.of(error(model, "no member " + wanted + " is known; /node lists")));
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
    Optional<String> text =
        rejected
            .map(Pending::command)
            .flatMap(
                command ->
                    switch (command) {
                      case Command.Say say -> Optional.of(say.text());
                      case Command.Direct dm -> Optional.of(dm.text());
                      case Command.SetTopic topic -> Optional.of("/topic " + topic.topic());
                      case Command.AddRoom add -> Optional.of("/create " + add.room());
                      case Command.DeleteRoom delete -> Optional.empty();
                      case Command.TakeBack back -> Optional.empty();
                      case Command.TakeBackDirect back -> Optional.empty();
                    });
    if (text.isEmpty()) {
      return note(model, "there is no rejected line to edit");
    }
    Pending line = rejected.get();
    Model without = model.outbox(model.outbox().without(line.id()));
    Model there = Talk.of(line.command()).map(t -> Rooms.enter(without, t)).orElse(without);
    return there.ui(there.ui().editor(Editor.of(text.get())));
  }

  private static Step rename(Model model, String name) {
    if (!Keys.NAME.matcher(name).matches()) {
      return Step.of(error(model, "a name has 1 to 32 letters, digits, dots, dashes, underscores"));
    }
    if (model.identity() instanceof Identity.Member) {
      return Step.of(error(model, "you are signed in as " + model.me().orElse("") + "; /logout"));
    }
    Model stranger = model.chat(model.chat().withoutDirects());
    return Step.of(
        Rooms.settle(model, stranger, Optional.empty()).me(name).identity(new Identity.Guest()),
        new Cmd.Remember(name),
        new Cmd.Recall(name),
        new Cmd.FindNames(name, Cmd.Why.WELCOME));
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
