package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;

/** One row of a pane: pieces of text in different tones, from left to right. */
record Row(List<Span> spans) {
  record Span(String text, Tone tone) {}

  Row {
    spans = List.copyOf(spans);
  }

  static Row of(String text, Tone tone) {
    return new Row(List.of(new Span(text, tone)));
  }

  void draw(Canvas canvas, int row, int column, int end) {
    int at = column;
    for (Span span : spans) {
      at = canvas.put(row, at, end, span.text(), span.tone());
    }
  }

  /**
   * Text under a head: broken between words where it can be, and indented by the width of the head
   * from the second row on.
   */
  static List<Row> wrap(List<Span> head, String text, Tone tone, int width) {
    int indent = head.stream().mapToInt(s -> Cluster.width(s.text())).sum();
    int room = Math.max(4, width - indent);
    List<Row> rows = new ArrayList<>();
    for (String paragraph : text.split("\n", -1)) {
      for (String line : broken(paragraph, room)) {
        List<Span> spans = new ArrayList<>(rows.isEmpty() ? head : blank(indent));
        spans.add(new Span(line, tone));
        rows.add(new Row(spans));
      }
    }
    return rows;
  }

  private static List<Span> blank(int columns) {
    return List.of(new Span(" ".repeat(columns), Tone.NORMAL));
  }

  /** The lines into which {@code text} falls at a width of {@code columns}; at least one. */
  static List<String> broken(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int used = 0;
    int lastBlank = -1;
    for (Cluster cluster : Cluster.split(text)) {
      if (used + cluster.width() > columns) {
        String kept = line.toString();
        boolean atWord = lastBlank > 0 && !cluster.text().equals(" ");
        lines.add(atWord ? kept.substring(0, lastBlank) : kept);
        line.setLength(0);
        line.append(atWord ? kept.substring(lastBlank + 1) : "");
        used = Cluster.width(line.toString());
        lastBlank = -1;
        if (cluster.text().equals(" ") && line.isEmpty()) {
          continue;
        }
      }
      if (cluster.text().equals(" ")) {
        lastBlank = line.length();
      }
      line.append(cluster.text());
      used += cluster.width();
    }
    lines.add(line.toString());
    return lines;
  }
}
