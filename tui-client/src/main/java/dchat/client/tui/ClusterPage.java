package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;

/** The members of the cluster on a page of their own. */
final class ClusterPage {
  private ClusterPage() {}

  static List<Row> rows(Model model) {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("CLUSTER", Tone.HEADING));
    List<String> lines =
        model.link().survey().map(PlainFormat::status).orElse(List.of("no node has told yet"));
    lines.forEach(line -> rows.add(Row.of(line, tone(line))));
    return rows;
  }

  private static Tone tone(String line) {
    return line.contains(PlainFormat.DOWN) ? Tone.ERROR : Tone.NORMAL;
  }
}
