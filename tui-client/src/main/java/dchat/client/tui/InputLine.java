package dchat.client.tui;

import dchat.client.api.Command;
import java.util.List;

/** The last row of the screen: a prompt that says what the keyboard is for, and what is typed. */
final class InputLine {
  /** How a line break is shown in the one row there is for input. */
  private static final String BREAK = "\u21b5";

  private InputLine() {}

  static void draw(Canvas canvas, Model model, Layout layout) {
    int row = layout.inputRow();
    String prompt = prompt(model, layout);
    int start = canvas.put(row, 1, layout.columns(), prompt, promptTone(model.ui().mode()));
    if (!hasEditor(model.ui().mode())) {
      canvas.cursor(row, start);
      return;
    }
    int space = layout.columns() - start - 1;
    List<Cluster> clusters = model.ui().editor().clusters();
    int cursor = model.ui().editor().cursor();
    int first = firstShown(clusters, cursor, space);
    int at = start;
    for (int i = first; i < clusters.size(); i++) {
      boolean isBreak = clusters.get(i).text().equals("\n");
      String text = isBreak ? BREAK : clusters.get(i).text();
      at = canvas.put(row, at, text, isBreak ? Tone.QUIET : Tone.NORMAL);
    }
    canvas.cursor(row, start + width(clusters, first, cursor));
  }

  private static boolean hasEditor(Mode mode) {
    return switch (mode) {
      case Mode.Typing t -> true;
      case Mode.Naming n -> true;
      case Mode.NewRoom n -> true;
      case Mode.Asking a -> false;
      case Mode.ConfirmTakeover c -> false;
      case Mode.ConfirmTakeBack c -> false;
      case Mode.Recalling r -> false;
      case Mode.Browsing b -> false;
      case Mode.ConfirmDelete c -> false;
      case Mode.ConfirmPaste c -> false;
      case Mode.Help h -> false;
      case Mode.Search s -> false;
      case Mode.ClusterView c -> false;
    };
  }

  static String prompt(Model model, Layout layout) {
    String room = Talk.label(model.chat().current());
    return switch (model.ui().mode()) {
      case Mode.Typing t ->
          layout.isNarrow() ? room + "> " : "[" + room + "] " + model.me().orElse("?") + "> ";
      case Mode.Naming(String problem) ->
          (problem.isEmpty() ? "your name" : problem + "; your name") + "> ";
      case Mode.Asking(Form form, Secret typed) -> form.prompt() + "> " + typed.mask();
      case Mode.ConfirmTakeover(String name, Secret password) ->
          name + " is signed in on another device. Take over? y/n ";
      case Mode.ConfirmTakeBack(Command command, String text) ->
          "take back \"" + Cluster.fit(Sanitizer.line(text), layout.columns() / 2) + "\"? y/n ";
      case Mode.Recalling recalling ->
          "search " + recalling.query() + ": " + recalling.found().map(Sanitizer::line).orElse("");
      case Mode.NewRoom n -> "new room> ";
      case Mode.Browsing b ->
          layout.isNarrow()
              ? Talk.label(b.room()) + "? arrows Enter + - Esc"
              : Talk.label(b.room()) + "?  arrows choose, Enter opens, + new, - delete, Esc back ";
      case Mode.ConfirmDelete(String doomed) -> "delete #" + doomed + " for everybody? y/n ";
      case Mode.ConfirmPaste(String text) ->
          text.length() > Portions.LONGEST_MESSAGE
              ? "say "
                  + text.lines().count()
                  + " pasted lines as "
                  + Portions.of(text).size()
                  + " messages? y/n "
              : "insert " + text.lines().count() + " pasted lines as one message? y/n ";
      case Mode.Help h -> "PgUp PgDn, Esc closes ";
      case Mode.Search s -> "PgUp PgDn, Esc closes ";
      case Mode.ClusterView c -> "Esc closes ";
    };
  }

  private static Tone promptTone(Mode mode) {
    return switch (mode) {
      case Mode.ConfirmDelete c -> Tone.WARNING;
      case Mode.ConfirmPaste c -> Tone.WARNING;
      case Mode.ConfirmTakeover c -> Tone.WARNING;
      case Mode.ConfirmTakeBack c -> Tone.WARNING;
      default -> Tone.HEADING;
    };
  }

  /** The first cluster to show so that the cursor is in sight. */
  private static int firstShown(List<Cluster> clusters, int cursor, int space) {
    int first = cursor;
    int used = 0;
    while (first > 0 && used + clusters.get(first - 1).width() <= space) {
      first--;
      used += clusters.get(first).width();
    }
    return first;
  }

  private static int width(List<Cluster> clusters, int from, int to) {
    return clusters.subList(from, to).stream().mapToInt(Cluster::width).sum();
  }
}
