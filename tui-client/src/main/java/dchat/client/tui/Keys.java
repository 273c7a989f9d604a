package dchat.client.tui;

import dchat.client.api.Room;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What each key does, in each mode. */
final class Keys {
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

  /** A larger paste than this is more likely a mistake than a message. */
  private static final int LARGE_PASTE_LINES = 10;

  private static final int LARGE_PASTE_CHARS = 4_000;

  /** A second wish to leave within this time is meant. */
  private static final Duration CHANGE_OF_MIND = Duration.ofSeconds(10);

  private final Timeline timeline;
  private final SlashCommands commands;
  private final Prompts prompts;
  private final Supplier<String> newId;

  Keys(Timeline timeline, SlashCommands commands, SigningIn signingIn, Supplier<String> newId) {
    this.timeline = timeline;
    this.commands = commands;
    this.prompts = new Prompts(commands, signingIn, newId);
    this.newId = newId;
  }

  Step press(Model model, Key key) {
    if (key.equals(Key.control('l'))) {
      return Step.of(model, new Cmd.Redraw());
    }
    return switch (model.ui().mode()) {
      case Mode.Typing t -> typing(model, key);
      case Mode.Naming n -> prompts.naming(model, key);
      case Mode.Asking asking -> prompts.asking(model, asking, key);
      case Mode.ConfirmTakeover confirm -> prompts.confirmTakeover(model, confirm, key);
      case Mode.ConfirmTakeBack confirm -> Prompts.confirmTakeBack(model, confirm, key);
      case Mode.Recalling recalling -> Prompts.recalling(model, recalling, key);
      case Mode.Browsing(String room) -> browsing(model, room, key);
      case Mode.NewRoom(Editor kept) -> prompts.newRoom(model, kept, key);
      case Mode.ConfirmDelete(String room) -> prompts.confirmDelete(model, room, key);
      case Mode.ConfirmPaste(String text) -> prompts.confirmPaste(model, text, key);
      case Mode.Help(int scroll) ->
          page(
              model,
              key,
              scroll,
              Help.rows(model.extras(), pageWidth(model)).size(),
              Mode.Help::new);
      case Mode.Search search -> search(model, search, key);
      case Mode.ClusterView c ->
          Prompts.isLeaving(key) ? Step.of(Prompts.back(model)) : Step.of(model);
    };
  }

  Step paste(Model model, String text) {
    String stripped = text.stripTrailing();
    boolean takesText =
        switch (model.ui().mode()) {
          case Mode.Typing t -> true;
          case Mode.Naming n -> true;
          case Mode.NewRoom n -> true;
          default -> false;
        };
    if (model.ui().mode() instanceof Mode.Asking asking) {
      return Step.of(Prompts.pasted(model, asking, text));
    }
    if (stripped.isEmpty() || !takesText) {
      return Step.of(model);
    }
    boolean large =
        stripped.lines().count() > LARGE_PASTE_LINES || stripped.length() > LARGE_PASTE_CHARS;
    if (!(model.ui().mode() instanceof Mode.Typing)) {
      return Step.of(edit(model, model.ui().editor().insert(Sanitizer.line(stripped))));
    }
    return Step.of(
        large
            ? model.ui(model.ui().mode(new Mode.ConfirmPaste(stripped)))
            : edit(model, model.ui().editor().insert(stripped)));
  }

  private Step typing(Model model, Key key) {
    Ui ui = model.ui();
    if (key.control()) {
      return control(model, key);
    }
    if (key.alt()) {
      return alt(model, key);
    }
    return switch (key.name()) {
      case ENTER -> enter(model);
      case TAB -> tab(model, 1);
      case BACK_TAB -> tab(model, -1);
      case UP -> Step.of(history(model, ui.history().back(ui.editor().text())));
      case DOWN -> Step.of(history(model, ui.history().forward()));
      case PAGE_UP -> Step.of(scroll(model, page(model)));
      case PAGE_DOWN -> Step.of(scroll(model, -page(model)));
      case HOME ->
          Step.of(
              ui.editor().isEmpty() ? scroll(model, Integer.MAX_VALUE / 2) : edited(model, key));
      case END -> Step.of(ui.editor().isEmpty() ? toBottom(model) : edited(model, key));
      case F1 -> Step.of(model.ui(ui.mode(new Mode.Help(0))));
      case F4 -> Step.of(nextUnread(model));
      case F7 ->
          Step.of(model.ui(ui.panes(new Ui.Panes(!ui.panes().rooms(), ui.panes().people()))));
      case F8 ->
          Step.of(model.ui(ui.panes(new Ui.Panes(ui.panes().rooms(), !ui.panes().people()))));
      case ESCAPE -> Step.of(toBottom(model));
      case CHAR, BACKSPACE, DELETE, LEFT, RIGHT -> Step.of(edited(model, key));
    };
  }

  private Step control(Model model, Key key) {
    Ui ui = model.ui();
    return switch (key.name() == Key.Name.CHAR ? key.text() : key.name().name()) {
      case "c" ->
          ui.editor().isEmpty() ? leave(model) : Step.of(edit(model, ui.editor().cleared()));
      case "d" -> ui.editor().isEmpty() ? leaveUnlessPending(model) : Step.of(edited(model, key));
      case "r" -> Step.of(Prompts.startRecalling(model));
      case "n" -> Step.of(Rooms.enter(model, model.chat().neighbour(1)));
      case "p" -> Step.of(Rooms.enter(model, model.chat().neighbour(-1)));
      default -> Step.of(edited(model, key));
    };
  }

  private Step alt(Model model, Key key) {
    Ui ui = model.ui();
    if (key.name() == Key.Name.ENTER) {
      return Step.of(edit(model, ui.editor().insert("\n")));
    }
    return switch (key.text()) {
      case "a" -> Step.of(nextUnread(model));
      case "+", "=" -> Step.of(askForRoom(model));
      case "-" -> Step.of(askToDelete(model, model.chat().current()));
      case "1", "2", "3", "4", "5", "6", "7", "8", "9" -> {
        int number = Integer.parseInt(key.text());
        List<String> names = model.chat().names();
        yield Step.of(number <= names.size() ? Rooms.enter(model, names.get(number - 1)) : model);
      }
      default -> Step.of(edited(model, key));
    };
  }

  private Step enter(Model model) {
    String text = model.ui().editor().text();
    if (text.isBlank()) {
      return Step.of(toBottom(edit(model, model.ui().editor().cleared())));
    }
    boolean isCommand = text.startsWith("/") && !text.startsWith("//");
    if (isCommand && !commands.knows(model, text)) {
      return Step.of(
          model.note(
              Line.Kind.ERROR,
              "there is no command " + text.split("\\s", 2)[0] + "; to say it, begin with //"));
    }
    Ui ui = model.ui().history(model.ui().history().add(text)).scroll(0, 0);
    Model cleared = model.ui(ui.editor(ui.editor().cleared()));
    if (isCommand) {
      return commands.run(cleared, text);
    }
    String said = text.startsWith("//") ? text.substring(1) : text;
    String talk = model.chat().current();
    return Directs.obstacle(model, talk)
        .map(why -> Step.of(model.note(Line.Kind.ERROR, why)))
        .orElseGet(() -> Outgoing.say(cleared, newId.get(), talk, said));
  }

  private Step tab(Model model, int step) {
    Ui ui = model.ui();
    if (ui.editor().isEmpty()) {
      return Step.of(model.ui(ui.mode(new Mode.Browsing(model.chat().current()))));
    }
    Optional<Completion> next =
        ui.input()
            .completion()
            .map(c -> c.next(step))
            .or(() -> Completion.of(ui.editor().before(), model.chat(), commands.names(model)));
    return Step.of(next.map(c -> model.ui(ui.completing(c))).orElse(model));
  }

  private static Model history(Model model, Optional<History> next) {
    return next.map(h -> model.ui(model.ui().editor(Editor.of(h.shown())).history(h)))
        .orElse(model);
  }

  private static Step leave(Model model) {
    if (wantsToLeave(model)) {
      return Step.of(model, new Cmd.Quit());
    }
    return Step.of(model.note(Line.Kind.NOTE, leaving(model) + "^C again leaves").ui(asked(model)));
  }

  /** Leaves at once, unless that would lose something that was typed. */
  static Step leaveUnlessPending(Model model) {
    if (model.outbox().endangered() == 0 || wantsToLeave(model)) {
      return Step.of(model, new Cmd.Quit());
    }
    return Step.of(
        model
            .note(Line.Kind.WARNING, leaving(model) + "once more leaves all the same")
            .ui(asked(model)));
  }

  private static Ui asked(Model model) {
    return model.ui().quitAsked(model.now());
  }

  private static boolean wantsToLeave(Model model) {
    return Duration.between(model.ui().quitAsked(), model.now()).compareTo(CHANGE_OF_MIND) < 0;
  }

  private static String leaving(Model model) {
    int lost = model.outbox().endangered();
    if (lost == 0) {
      return Outgoing.farewell(model).map(kept -> kept + "; ").orElse("");
    }
    return lost + (lost == 1 ? " line isn't" : " lines aren't") + " committed yet; ";
  }

  private Step browsing(Model model, String room, Key key) {
    List<String> names = model.chat().names();
    int at = names.indexOf(room);
    if (Prompts.isLeaving(key) || key.name() == Key.Name.TAB) {
      return Step.of(Prompts.back(model));
    }
    return switch (key.name()) {
      case UP, BACK_TAB -> Step.of(browse(model, names.get(Math.floorMod(at - 1, names.size()))));
      case DOWN -> Step.of(browse(model, names.get((at + 1) % names.size())));
      case HOME -> Step.of(browse(model, names.getFirst()));
      case END -> Step.of(browse(model, names.getLast()));
      case ENTER -> Step.of(Rooms.enter(Prompts.back(model), room));
      case DELETE -> Step.of(askToDelete(model, room));
      case CHAR ->
          switch (key.text()) {
            case "+" -> Step.of(askForRoom(model));
            case "-" -> Step.of(askToDelete(model, room));
            case "k" -> Step.of(browse(model, names.get(Math.floorMod(at - 1, names.size()))));
            case "j" -> Step.of(browse(model, names.get((at + 1) % names.size())));
            // Whoever goes on writing means the line, not the list.
            default -> key.isPlainChar() ? typing(Prompts.back(model), key) : Step.of(model);
          };
      default -> Step.of(model);
    };
  }

  private static Model browse(Model model, String room) {
    return model.ui(model.ui().mode(new Mode.Browsing(room)));
  }

  private static Model askForRoom(Model model) {
    Ui ui = model.ui();
    return model.ui(ui.editor(Editor.EMPTY).mode(new Mode.NewRoom(ui.editor())));
  }

  private static Model askToDelete(Model model, String room) {
    if (Talk.isDirect(room)) {
      return Prompts.back(model).note(Line.Kind.ERROR, "only rooms can be deleted");
    }
    if (room.equals(Room.GENERAL)) {
      return Prompts.back(model).note(Line.Kind.ERROR, "#general can't be deleted");
    }
    return model.ui(model.ui().mode(new Mode.ConfirmDelete(room)));
  }

  private Step search(Model model, Mode.Search search, Key key) {
    // Whoever goes on writing means the line, not the page.
    if (key.isPlainChar()) {
      return typing(Prompts.back(model), key);
    }
    int rows = SearchPage.rows(timeline, search, pageWidth(model)).size();
    return page(
        model,
        key,
        search.scroll(),
        rows,
        scroll -> new Mode.Search(search.words(), search.outcome(), scroll));
  }

  private static int pageWidth(Model model) {
    return model.ui().size().columns() - 2;
  }

  /** On a page of so many rows: a key that doesn't scroll closes it. */
  private static Step page(Model model, Key key, int scroll, int rows, IntFunction<Mode> at) {
    int height = Layout.of(model.ui()).height();
    int last = Math.max(0, rows - height);
    return Step.of(
        switch (key.name()) {
          case PAGE_DOWN -> showing(model, at.apply(Math.min(last, scroll + height - 1)));
          case PAGE_UP -> showing(model, at.apply(Math.max(0, scroll - height + 1)));
          case DOWN -> showing(model, at.apply(Math.min(last, scroll + 1)));
          case UP -> showing(model, at.apply(Math.max(0, scroll - 1)));
          default -> Prompts.back(model);
        });
  }

  private static Model showing(Model model, Mode mode) {
    return model.ui(model.ui().mode(mode));
  }

  private static Model nextUnread(Model model) {
    return model.chat().nextUnread().map(room -> Rooms.enter(model, room)).orElse(model);
  }

  static Model edit(Model model, Editor next) {
    return model.ui(model.ui().editor(next));
  }

  static Model edited(Model model, Key key) {
    return edit(model, EditKeys.press(model.ui().editor(), key));
  }

  private static int page(Model model) {
    return Math.max(1, Layout.of(model.ui()).height() - 2);
  }

  private static Model toBottom(Model model) {
    return model.ui(model.ui().scroll(0, 0));
  }

  /** Further back by {@code rows}, but not beyond the oldest line; near it, more is asked for. */
  private Model scroll(Model model, int rows) {
    Layout layout = Layout.of(model.ui());
    int wanted = Math.max(0, model.ui().scroll().back() + rows);
    int all =
        timeline.committed(model, layout.timelineWidth() - 1, wanted + 2 * layout.height()).size();
    int furthest = Math.max(0, all - layout.height());
    Model scrolled =
        model.ui(model.ui().scroll(Math.min(wanted, furthest), model.ui().scroll().below()));
    boolean nearTheTop = rows > 0 && wanted + layout.height() > furthest;
    return nearTheTop ? wantOlder(scrolled) : scrolled;
  }

  private static Model wantOlder(Model model) {
    RoomState room = model.chat().currentRoom();
    return room.hasRoomForPast()
        ? model.chat(model.chat().change(room.name(), r -> r.past(r.past().olderWanted())))
        : model;
  }
}
