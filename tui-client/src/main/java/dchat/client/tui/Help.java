package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;

/** What the keys and commands are. */
final class Help {
  private record Entry(String what, String does) {}

  private static final List<Entry> COMMANDS =
      List.of(
          new Entry("/join ROOM, /room N, /N", "go to a room by its name or number"),
          new Entry("/create ROOM", "make a room, for everybody"),
          new Entry("/delete-room [ROOM]", "delete a room, for everybody"),
          new Entry("/rooms", "list the rooms"),
          new Entry("/who", "who spoke in the last five minutes"),
          new Entry("/search WORDS", "find lines, in all rooms"),
          new Entry("/cluster", "the nodes, and how they are"),
          new Entry("/reconnect", "take events from the next node, now"),
          new Entry("/retry, /edit, /drop", "what to do with rejected lines"),
          new Entry("/name NAME", "go by another name from now on"),
          new Entry("/quit", "leave"),
          new Entry("//text", "say something that begins with a slash"));

  private static final List<Entry> KEYS =
      List.of(
          new Entry("Enter, Alt-Enter", "send; start a new line"),
          new Entry("Tab", "complete; on an empty line: choose a room, + new, - delete"),
          new Entry("^N ^P, Alt-1..9", "next, previous, numbered room"),
          new Entry("F4, Alt-a", "next room with something unread"),
          new Entry("PgUp PgDn, Home End", "scroll (Home and End on an empty line)"),
          new Entry("Up Down", "lines typed before"),
          new Entry("^A ^E ^B ^F Alt-b Alt-f", "move in the line"),
          new Entry("^W ^U ^K ^Y", "cut a word, to the start, to the end; paste"),
          new Entry("F1, F7, F8, ^L", "help, rooms pane, people pane, redraw"),
          new Entry("^C, ^D", "clear the line, twice leaves; leave on an empty line"));

  private static final List<Entry> SIGNS =
      List.of(
          new Entry("...", "on its way; nobody else sees it yet"),
          new Entry("?", "maybe committed: asked for again with the same id, never doubled"),
          new Entry("~", "held until a node can be reached"),
          new Entry("!", "rejected, with the reason"),
          new Entry(
              "n2>n1* t7 i48 +0 9ms", "served by n2, leader n1, term, last entry, lag, time"));

  private Help() {}

  static List<Row> rows(List<Model.ExtraCommand> extras, int width) {
    List<Row> rows = new ArrayList<>();
    if (!extras.isEmpty()) {
      section(rows, "THIS CLUSTER", entries(extras), width);
    }
    section(rows, "COMMANDS", COMMANDS, width);
    section(rows, "KEYS", KEYS, width);
    section(rows, "SIGNS", SIGNS, width);
    return rows;
  }

  private static List<Entry> entries(List<Model.ExtraCommand> extras) {
    return extras.stream().map(e -> new Entry(e.usage(), e.help())).toList();
  }

  private static void section(List<Row> rows, String title, List<Entry> entries, int width) {
    if (!rows.isEmpty()) {
      rows.add(Row.of("", Tone.NORMAL));
    }
    rows.add(Row.of(title, Tone.HEADING));
    int column = width < 60 ? 2 : 26;
    for (Entry entry : entries) {
      if (width < 60) {
        rows.add(Row.of(entry.what(), Tone.NORMAL));
        rows.addAll(Row.wrap(indent(column), entry.does(), Tone.QUIET, width));
      } else {
        String padded = entry.what() + " ".repeat(Math.max(1, column - entry.what().length()));
        rows.addAll(
            Row.wrap(List.of(new Row.Span(padded, Tone.NORMAL)), entry.does(), Tone.QUIET, width));
      }
    }
  }

  private static List<Row.Span> indent(int columns) {
    return List.of(new Row.Span(" ".repeat(columns), Tone.NORMAL));
  }
}
