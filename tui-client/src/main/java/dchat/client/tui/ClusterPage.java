package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;

/** The members of the cluster on a page of their own. */
final class ClusterPage {
  private ClusterPage() {}

  static List<Row> rows(Model model) {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("CLUSTER", Tone.HEADING));
    model
        .link()
        .status()
        .ifPresentOrElse(
            status ->
                PlainFormat.status(status)
                    .forEach(
                        line ->
                            rows.add(
                                Row.of(line, line.contains("DOWN") ? Tone.ERROR : Tone.NORMAL))),
            () -> rows.add(Row.of("no node has told yet", Tone.QUIET)));
    return rows;
  }
}
