package dchat.client.tui;

import dchat.client.api.Command;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was said in a room, and below it what waits to be said, as rows of a given width. */
final class Timeline {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy", Locale.ENGLISH);

  private static final String ACTION = "* ";

  private static final String OLDER_COME = " older lines are on their way ";

  private final ZoneId zone;
  private final DateTimeFormatter time;

  Timeline(ZoneId zone) {
    this.zone = zone;
    this.time = DateTimeFormatter.ofPattern("HH:mm").withZone(zone);
  }

  String time(Instant at) {
    return time.format(at);
  }

  String dayAndTime(Instant at) {
    return DAY.format(at.atZone(zone)) + " " + time(at);
  }

  /** The last rows of the current room, at least {@code enough} of them if there are so many. */
  List<Row> committed(Model model, int width, int enough) {
    RoomState room = model.chat().currentRoom();
    List<Row> upwards = new ArrayList<>();
    for (int i = room.lines().size() - 1; i >= 0 && upwards.size() < enough; i--) {
      Line line = room.lines().get(i);
      addUpwards(upwards, rows(model, line, width));
      if (room.newSince().isPresent() && room.newSince().getAsLong() == line.index()) {
        upwards.add(rule(" new since " + time(line.at()) + " ", width, Tone.MENTION));
      }
      if (i == 0 || !day(room.lines().get(i - 1)).equals(day(line))) {
        upwards.add(rule(" " + DAY.format(day(line)) + " ", width, Tone.QUIET));
      }
    }
    if (upwards.size() < enough && model.ui().scroll().back() > 0) {
      upwards.add(rule(aboveTheFirst(room), width, Tone.QUIET));
    }
    Collections.reverse(upwards);
    return upwards;
  }

  private static String aboveTheFirst(RoomState room) {
    return switch (room.past()) {
      case Past.Here(Optional<String> older) ->
          older.isPresent()
              ? " /search finds what is older "
              : " the beginning of " + Talk.label(room.name()) + " ";
      case Past.Wanted w -> OLDER_COME;
      case Past.Asked a -> OLDER_COME;
      case Past.Later l -> OLDER_COME;
    };
  }

  /** What somebody does, as it stands in the log and reads everywhere. */
  static String action(Optional<String> who, String what) {
    return ACTION + who.orElse("") + " " + what;
  }

  private static boolean isAction(Line line) {
    return line.text().startsWith(ACTION + line.user() + " ");
  }

  /** The rows of one line. */
  List<Row> rows(Model model, Line line, int width) {
    boolean own =
        line.kind() == Line.Kind.CHAT && model.me().filter(line.user()::equals).isPresent();
    return switch (line.kind()) {
      case CHAT, CHAT_OF_GONE -> {
        boolean gone = line.kind() == Line.Kind.CHAT_OF_GONE;
        String name = gone ? line.user() + " (gone)" : own ? "you" : line.user();
        Tone nick = gone ? Tone.QUIET : own ? Tone.OWN : Tone.of(line.user());
        if (line.isTakenBack()) {
          yield Row.wrap(head(model, line.at(), name, nick), "(taken back)", Tone.QUIET, width);
        }
        if (isAction(line)) {
          String what = line.text().substring(ACTION.length());
          yield Row.wrap(head(model, line.at(), "*", nick), what, Tone.NOTICE, width);
        }
        boolean mention =
            !own && model.me().filter(me -> Chat.mentions(line.text(), me)).isPresent();
        List<Row.Span> head = head(model, line.at(), name, nick);
        yield Row.wrap(head, line.text(), mention ? Tone.MENTION : Tone.NORMAL, width);
      }
      case EVENT, NOTE -> remark(model, line, Tone.NOTICE, width);
      case WARNING -> remark(model, line, Tone.WARNING, width);
      case ERROR -> remark(model, line, Tone.ERROR, width);
    };
  }

  private List<Row> remark(Model model, Line line, Tone tone, int width) {
    return Row.wrap(head(model, line.at(), "--", tone), line.text(), tone, width);
  }

  private List<Row.Span> head(Model model, Instant at, String nick, Tone tone) {
    int nickWidth = Layout.of(model.ui()).nickWidth();
    String fitted = Cluster.fit(nick, nickWidth);
    String padding = " ".repeat(nickWidth - Cluster.width(fitted) + 1);
    return List.of(new Row.Span(time(at) + " ", Tone.QUIET), new Row.Span(fitted + padding, tone));
  }

  /** The lines that aren't committed, and why; the oldest first. */
  List<Row> tray(Model model, int width) {
    List<Row> rows = new ArrayList<>();
    boolean explained = false;
    for (Pending pending : model.outbox().pending()) {
      if (!belongsHere(model, pending)) {
        continue;
      }
      Tone tone = pending.isRejected() ? Tone.ERROR : Tone.PENDING;
      List<Row.Span> head = pendingHead(model, mark(model, pending), tone);
      rows.addAll(Row.wrap(head, text(model, pending.command()), tone, width));
      if (pending.isRejected()) {
        String why = pending.rejection().orElse("") + "  (/retry /edit /drop)";
        rows.addAll(Row.wrap(pendingHead(model, "", tone), why, tone, width));
      } else if (!explained && !waitingFor(model, pending).isEmpty()) {
        explained = true;
        String why = "(" + waitingFor(model, pending) + ")";
        rows.addAll(Row.wrap(pendingHead(model, "", tone), why, tone, width));
      }
    }
    return rows;
  }

  /** What the lines here wait for; empty if nothing waits, or it isn't known. */
  static Optional<String> reason(Model model) {
    return model.outbox().pending().stream()
        .filter(p -> !p.isRejected() && belongsHere(model, p))
        .map(p -> waitingFor(model, p))
        .filter(why -> !why.isEmpty())
        .findFirst();
  }

  private static String waitingFor(Model model, Pending pending) {
    return model.identity().maySend() ? pending.waitingFor() : "kept until you sign in";
  }

  /** A line of another room is shown there; what has no room, or is refused, everywhere. */
  private static boolean belongsHere(Model model, Pending pending) {
    return pending.isRejected() || !isElsewhere(model, pending.command());
  }

  private static boolean isElsewhere(Model model, Command command) {
    return Talk.of(command)
        .filter(talk -> model.chat().has(talk) && !talk.equals(model.chat().current()))
        .isPresent();
  }

  static String mark(Model model, Pending pending) {
    if (pending.isRejected()) {
      return "!";
    }
    if (pending.mayBeCommitted()) {
      return "?";
    }
    boolean moving =
        model.outbox().isUnderWay(pending)
            || model.link().isConnected() && model.identity().maySend();
    return moving ? "..." : "~";
  }

  private static List<Row.Span> pendingHead(Model model, String mark, Tone tone) {
    int width = Layout.of(model.ui()).nickWidth() + 7;
    String padded = mark.isEmpty() ? "" : "  " + " ".repeat(3 - mark.length()) + mark + " you";
    return List.of(new Row.Span(padded + " ".repeat(width - padded.length()), tone));
  }

  private static String text(Model model, Command command) {
    String text = text(command);
    return isElsewhere(model, command)
        ? Talk.of(command).map(Talk::label).orElse("") + ": " + text
        : text;
  }

  private static String text(Command command) {
    return switch (command) {
      case Command.Say say -> say.text();
      case Command.Direct dm -> dm.text();
      case Command.SetTopic topic -> "/topic " + topic.topic();
      case Command.TakeBack back -> "/del";
      case Command.TakeBackDirect back -> "/del";
      case Command.AddRoom add -> "/create " + add.room();
      case Command.DeleteRoom delete -> "/delete-room " + delete.room();
    };
  }

  private LocalDate day(Line line) {
    return LocalDate.ofInstant(line.at(), zone);
  }

  private static Row rule(String text, int width, Tone tone) {
    int dashes = Math.max(2, width - Cluster.width(text) - 1);
    int left = dashes / 2;
    return Row.of("-".repeat(left) + text + "-".repeat(dashes - left), tone);
  }

  private static void addUpwards(List<Row> upwards, List<Row> rows) {
    for (int i = rows.size() - 1; i >= 0; i--) {
      upwards.add(rows.get(i));
    }
  }
}
