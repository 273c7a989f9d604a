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
          new Entry("/topic [TEXT]", "say what the room is about"),
          new Entry("/rooms, /unread", "list the rooms, what is unread"),
          new Entry("/dm NAME, /msg NAME text", "talk to one person; say one line to them"),
          new Entry("/me TEXT", "say what you do"),
          new Entry("/who, /users PREFIX", "who is here; registered names that begin so"),
          new Entry("/search WORDS", "find lines, in all rooms and direct messages"),
          new Entry("/del", "take back your last line here"),
          new Entry("/retry, /edit, /drop", "what to do with rejected lines"),
          new Entry("/login [NAME], /logout", "sign in, sign out"),
          new Entry("/register [NAME]", "make a name yours"),
          new Entry("/passwd, /delete-account", "change the password; leave for good"),
          new Entry("/name NAME", "go by another name, as a guest"),
          new Entry("/cluster, /node [NAME]", "how the nodes are; be served by that one"),
          new Entry("/reconnect", "take events from the next node, now"),
          new Entry("/notify, /theme, /set", "what rings; colours; both"),
          new Entry("/quit", "leave"),
          new Entry("//text", "say something that begins with a slash"));

  private static final List<Entry> KEYS =
      List.of(
          new Entry("Enter, Alt-Enter", "send; start a new line"),
          new Entry("Tab", "complete; on an empty line: choose a room, + new, - delete"),
          new Entry("^N ^P, Alt-1..9", "next, previous, numbered room"),
          new Entry("F4, Alt-a", "next room with something unread"),
          new Entry("PgUp PgDn, Home End", "scroll (Home and End on an empty line)"),
          new Entry("Up Down, ^R", "lines typed before; search them"),
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
