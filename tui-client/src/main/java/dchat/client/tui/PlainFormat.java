package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterStatus;
import dchat.client.api.DirectMessage;
import dchat.client.api.Survey;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Events and status as plain lines of text, for pipes, scripts and screen readers. */
public final class PlainFormat {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneId.systemDefault());

  static final String DOWN = "DOWN";

  private PlainFormat() {}

  /** One event in one line. */
  public static String line(ChatEvent event) {
    String user = Sanitizer.line(event.user());
    String room = "#" + Sanitizer.line(event.room());
    String time = TIME.format(event.at()) + " " + room + " ";
    return switch (event.type()) {
      case CHAT ->
          time
              + user
              + (event.standing() == ChatEvent.Standing.GONE ? " (gone)" : "")
              + ": "
              + (event.isTakenBack() ? "(taken back)" : Sanitizer.line(event.text()));
      case ROOM_ADD -> time + "-- " + user + " created the room";
      case ROOM_DELETE -> time + "-- " + user + " deleted the room";
      case ROOM_TOPIC -> time + "-- " + user + " set the topic: " + Sanitizer.line(event.text());
      case MESSAGE_DELETE -> time + "-- " + user + " took a line back";
    };
  }

  /** A line between {@code me} and somebody else, in one line. */
  static String line(DirectMessage dm, String me) {
    return "%s @%s %s: %s"
        .formatted(
            TIME.format(dm.at()),
            Sanitizer.line(dm.partner(me)),
            Sanitizer.line(dm.from()),
            Sanitizer.line(dm.text()));
  }

  /** The members of a cluster as a table with a head. */
  public static List<String> status(Survey survey) {
    return survey.best().map(best -> status(survey, best.status())).orElse(List.of());
  }

  private static List<String> status(Survey survey, ClusterStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "leader %s, term %d, committed %d, %d of %d voters up, as %s sees it"
            .formatted(
                status.leader().map(Sanitizer::line).orElse("none"),
                status.term(),
                status.commitIndex(),
                survey.votersUp(),
                survey.voters(),
                Sanitizer.line(status.node())));
    status.trouble().ifPresent(t -> lines.add("trouble: " + Sanitizer.line(t)));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "ROLE", "STATE", "MATCH", "LAG", "HEARD", "CLIENTS"));
    for (ClusterStatus.Member member : status.members()) {
      rows.add(
          List.of(
              Sanitizer.line(member.id()),
              member.leader() ? "leader" : Sanitizer.line(member.suffrage()),
              survey.isUp(member).map(up -> up ? "up" : DOWN).orElse("no answer"),
              number(member.matchIndex(), ""),
              number(member.lag(), ""),
              number(member.lastContactMillis(), " ms"),
              member.http().map(u -> Sanitizer.line(u.toString())).orElse("-")));
    }
    lines.addAll(table(rows));
    return lines;
  }

  private static String number(OptionalLong value, String unit) {
    return value.isPresent() ? value.getAsLong() + unit : "-";
  }

  /** Columns as wide as their widest entry. */
  private static List<String> table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Cluster.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - Cluster.width(row.get(i)) + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
