package dchat.client.tui;

import dchat.client.api.Command;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is said to one person only, and what one can do about people. */
final class Directs {
  private final Supplier<String> newId;

  Directs(Supplier<String> newId) {
    this.newId = newId;
  }

  /** Why a direct line can't be said just now; empty if it can, or can wait. */
  static Optional<String> obstacle(Model model, String talk) {
    if (Talk.isDirect(talk) && model.identity() instanceof Identity.Guest) {
      return Optional.of("direct messages take an account: /login or /register");
    }
    return Optional.empty();
  }

  /** {@code /dm NAME}. */
  static Model open(Model model, String argument) {
    String person = bare(argument);
    String talk = Talk.with(person);
    if (!Keys.NAME.matcher(person).matches()) {
      return error(model, "with whom? /dm NAME; /who and /users find names");
    }
    Optional<String> obstacle = obstacle(model, talk);
    if (obstacle.isPresent()) {
      return error(model, obstacle.get());
    }
    return Rooms.enter(model.chat(model.chat().withRoom(talk)), talk);
  }

  /** {@code /msg NAME text}. */
  Step say(Model model, String argument) {
    String[] parts = argument.split("\\s+", 2);
    String person = bare(parts[0]);
    String talk = Talk.with(person);
    if (parts.length < 2 || !Keys.NAME.matcher(person).matches()) {
      return Step.of(error(model, "to whom, and what? /msg NAME text"));
    }
    return obstacle(model, talk)
        .map(why -> Step.of(error(model, why)))
        .orElseGet(() -> Outgoing.say(model, newId.get(), talk, parts[1]));
  }

  /** {@code /users}. */
  static Step find(Model model, String argument) {
    String prefix = bare(argument);
    return prefix.length() < 2 || !Keys.NAME.matcher(prefix).matches()
        ? Step.of(error(model, "at least two characters: /users al"))
        : Step.of(model, new Cmd.FindNames(prefix, Cmd.Why.LIST));
  }

  /** {@code /unread}. */
  static String unread(Model model) {
    Chat chat = model.chat();
    String all =
        chat.names().stream()
            .filter(name -> chat.room(name).unread() > 0)
            .map(name -> Talk.label(name) + " " + chat.room(name).unread())
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "nothing is unread" : "unread: " + all + "; F4 goes there";
  }

  /** {@code /del}: asks whether the reader's last line here is to be taken back. */
  Step askToTakeBack(Model model) {
    String talk = model.chat().current();
    String me = model.me().orElse("");
    if (!(model.identity() instanceof Identity.Member)) {
      return Step.of(error(model, "only who is signed in can take a line back"));
    }
    return model
        .chat()
        .currentRoom()
        .lastSaidBy(me)
        .map(
            line -> {
              Command command =
                  Talk.isDirect(talk)
                      ? new Command.TakeBackDirect(newId.get(), me, Talk.partner(talk), line.id())
                      : new Command.TakeBack(newId.get(), me, talk, line.id());
              return Step.of(
                  model.ui(model.ui().mode(new Mode.ConfirmTakeBack(command, line.text()))));
            })
        .orElseGet(() -> Step.of(error(model, "there is no line of yours here")));
  }

  private static String bare(String person) {
    return person.startsWith("@") ? person.substring(1) : person;
  }

  private static Model error(Model model, String text) {
    return model.note(Line.Kind.ERROR, text);
  }
}
