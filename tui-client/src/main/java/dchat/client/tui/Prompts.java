package dchat.client.tui;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The keys in the modes that ask something: a name, a password, yes or no, a line from before. */
final class Prompts {
  private final SlashCommands commands;
  private final SigningIn signingIn;
  private final Supplier<String> newId;

  Prompts(SlashCommands commands, SigningIn signingIn, Supplier<String> newId) {
    this.commands = commands;
    this.signingIn = signingIn;
    this.newId = newId;
  }

  Step naming(Model model, Key key) {
    String typed = model.ui().editor().text().strip();
    if (key.equals(Key.control('c')) || key.equals(Key.control('d')) && typed.isEmpty()) {
      return Step.of(model, new Cmd.Quit());
    }
    if (key.name() != Key.Name.ENTER) {
      return Step.of(Keys.edited(model, key));
    }
    Model cleared = model.ui(model.ui().editor(Editor.EMPTY));
    if (typed.startsWith("/users")) {
      return Directs.find(cleared, typed.substring("/users".length()).strip());
    }
    if (typed.equals("/quit")) {
      return Step.of(model, new Cmd.Quit());
    }
    if (!Keys.NAME.matcher(typed).matches()) {
      String problem = typed.isEmpty() ? "" : "letters, digits, . _ - only, at most 32";
      return Step.of(model.ui(model.ui().mode(new Mode.Naming(problem))));
    }
    Model named = cleared.me(typed).ui(cleared.ui().mode(new Mode.Typing()));
    return new Step(
        named,
        List.of(
            new Cmd.Remember(typed),
            new Cmd.Recall(typed),
            new Cmd.FindNames(typed, Cmd.Why.WELCOME)));
  }

  Step asking(Model model, Mode.Asking asking, Key key) {
    if (isLeaving(key) || key.equals(Key.control('d'))) {
      return Step.of(back(model));
    }
    Secret typed = asking.typed();
    if (key.isPlainChar()) {
      return Step.of(ask(model, asking, typed.typed(key.text())));
    }
    if (key.equals(Key.control('u')) || key.equals(Key.control('w'))) {
      return Step.of(ask(model, asking, Secret.EMPTY));
    }
    return switch (key.name()) {
      case BACKSPACE -> Step.of(ask(model, asking, typed.backspace()));
      case ENTER ->
          typed.isEmpty() ? Step.of(model) : signingIn.submit(model, asking.form(), typed);
      default -> Step.of(model);
    };
  }

  /** A pasted password may bring a line break with it, which is none of its characters. */
  static Model pasted(Model model, Mode.Asking asking, String text) {
    return ask(
        model, asking, asking.typed().typed(text.lines().findFirst().orElse("").stripTrailing()));
  }

  private static Model ask(Model model, Mode.Asking asking, Secret typed) {
    return model.ui(model.ui().mode(new Mode.Asking(asking.form(), typed)));
  }

  Step confirmTakeover(Model model, Mode.ConfirmTakeover confirm, Key key) {
    if (!isAnswer(key)) {
      return Step.of(model);
    }
    return isYes(key)
        ? signingIn.takeOver(back(model), confirm.name(), confirm.password())
        : Step.of(back(model).note(Line.Kind.NOTE, "the other device stays signed in"));
  }

  static Step confirmTakeBack(Model model, Mode.ConfirmTakeBack confirm, Key key) {
    if (!isAnswer(key)) {
      return Step.of(model);
    }
    return isYes(key) ? Outgoing.add(back(model), confirm.command()) : Step.of(back(model));
  }

  Step newRoom(Model model, Editor kept, Key key) {
    Model closed = model.ui(model.ui().mode(new Mode.Typing()).editor(kept));
    if (isLeaving(key)) {
      return Step.of(closed);
    }
    if (key.name() != Key.Name.ENTER) {
      return Step.of(Keys.edited(model, key));
    }
    String name = model.ui().editor().text().strip();
    return name.isEmpty() ? Step.of(closed) : commands.create(closed, name);
  }

  Step confirmDelete(Model model, String room, Key key) {
    return isYes(key) ? commands.delete(back(model), room) : Step.of(back(model));
  }

  /** What fits into one message goes into the line; more goes out at once, in several. */
  Step confirmPaste(Model model, String text, Key key) {
    if (!isAnswer(key)) {
      return Step.of(model);
    }
    Model typing = back(model);
    if (!isYes(key)) {
      return Step.of(typing);
    }
    if (text.length() <= Portions.LONGEST_MESSAGE) {
      return Step.of(Keys.edit(typing, typing.ui().editor().insert(text)));
    }
    String talk = model.chat().current();
    Optional<String> obstacle = Directs.obstacle(model, talk);
    if (obstacle.isPresent()) {
      return Step.of(typing.note(Line.Kind.ERROR, obstacle.get()));
    }
    Step step = Step.of(typing);
    for (String portion : Portions.of(text)) {
      step = step.then(m -> Outgoing.say(m, newId.get(), talk, portion));
    }
    return step;
  }

  /** {@code ^R}: the newest line typed before that contains what is typed now. */
  static Model startRecalling(Model model) {
    History history = model.ui().history();
    return model.ui(
        model.ui().mode(new Mode.Recalling("", Optional.empty(), history.lines().size())));
  }

  static Step recalling(Model model, Mode.Recalling recalling, Key key) {
    if (isLeaving(key)) {
      return Step.of(back(model));
    }
    if (key.isPlainChar()) {
      String query = recalling.query() + key.text();
      return Step.of(look(model, query, model.ui().history().lines().size()));
    }
    if (key.equals(Key.control('r'))) {
      return Step.of(look(model, recalling.query(), recalling.at()));
    }
    if (key.name() == Key.Name.BACKSPACE) {
      String query = Secret.EMPTY.typed(recalling.query()).backspace().text();
      return Step.of(look(model, query, model.ui().history().lines().size()));
    }
    // Any other key takes the line over, to be changed or sent.
    Model typing = back(model);
    return Step.of(
        recalling.found().map(line -> Keys.edit(typing, Editor.of(line))).orElse(typing));
  }

  private static Model look(Model model, String query, int before) {
    List<String> lines = model.ui().history().lines();
    int at = before - 1;
    while (at >= 0 && !lines.get(at).contains(query)) {
      at--;
    }
    boolean found = at >= 0 && !query.isEmpty();
    return model.ui(
        model
            .ui()
            .mode(
                new Mode.Recalling(
                    query,
                    found ? Optional.of(lines.get(at)) : Optional.empty(),
                    found ? at : lines.size())));
  }

  static boolean isLeaving(Key key) {
    return key.name() == Key.Name.ESCAPE
        || key.equals(Key.control('c'))
        || key.equals(Key.control('g'));
  }

  private static boolean isYes(Key key) {
    return key.isPlainChar() && key.text().equalsIgnoreCase("y");
  }

  /** Keys typed on in haste answer no question about what can't be undone. */
  private static boolean isAnswer(Key key) {
    return isYes(key) || isLeaving(key) || key.isPlainChar() && key.text().equalsIgnoreCase("n");
  }

  static Model back(Model model) {
    return model.ui(model.ui().mode(new Mode.Typing()));
  }
}
