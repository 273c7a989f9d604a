package dchat.client.tui;

import dchat.client.api.SearchOutcome;
import java.util.ArrayList;
import java.util.List;

/** What a search found, on a page of its own. */
final class SearchPage {
  private SearchPage() {}

  /** The rows of the page; how many lines there are is in the first. */
  static List<Row> rows(Timeline timeline, Mode.Search search, int width) {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("SEARCH " + search.words(), Tone.HEADING));
    if (search.outcome().isEmpty()) {
      rows.add(Row.of("searching ...", Tone.QUIET));
      return rows;
    }
    switch (search.outcome().get()) {
      case SearchOutcome.Failed(String reason) ->
          rows.addAll(Row.wrap(List.of(), "can't search: " + reason, Tone.ERROR, width));
      case SearchOutcome.Found(List<SearchOutcome.Hit> lines) -> {
        rows.add(Row.of(count(lines.size()), Tone.QUIET));
        for (SearchOutcome.Hit line : lines) {
          rows.addAll(rows(timeline, line, width));
        }
      }
    }
    return rows;
  }

  private static String count(int lines) {
    return switch (lines) {
      case 0 -> "nothing found; all words have to be in one line";
      case 1 -> "one line";
      default -> lines + " lines, the newest first";
    };
  }

  private static List<Row> rows(Timeline timeline, SearchOutcome.Hit line, int width) {
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            List.of(
                new Row.Span(timeline.dayAndTime(line.at()) + " " + line.where() + " ", Tone.QUIET),
                new Row.Span(line.user(), Tone.of(line.user())))));
    rows.addAll(
        Row.wrap(List.of(new Row.Span("  ", Tone.NORMAL)), line.text(), Tone.NORMAL, width));
    return rows;
  }
}
