package dchat.client.tui;

import java.util.List;

/**
 * A line being typed: its clusters, where the cursor stands, and what was cut last. Never changes;
 * each edit gives the next one.
 *
 * @param cursor in clusters, 0 to their number
 */
record Editor(List<Cluster> clusters, int cursor, String cut) {
  /** More than any server takes. */
  private static final int MOST_CLUSTERS = 20_000;

  static final Editor EMPTY = new Editor(List.of(), 0, "");

  Editor {
    clusters = List.copyOf(clusters);
    cursor = Math.clamp(cursor, 0, clusters.size());
  }

  static Editor of(String text) {
    return EMPTY.insert(text);
  }

  String text() {
    return join(0, clusters.size());
  }

  boolean isEmpty() {
    return clusters.isEmpty();
  }

  /** The text before the cursor. */
  String before() {
    return join(0, cursor);
  }

  /** Inserts text that passed {@link Sanitizer}; a mark joins the letter before it. */
  Editor insert(String text) {
    List<Cluster> head = Cluster.split(Sanitizer.text(before() + text));
    List<Cluster> all = Cluster.split(Sanitizer.text(before() + text + after()));
    if (all.size() > MOST_CLUSTERS) {
      return this;
    }
    return new Editor(all, Math.min(head.size(), all.size()), cut);
  }

  Editor replaceBefore(String text) {
    return new Editor(Cluster.split(text + after()), Cluster.split(text).size(), cut);
  }

  Editor left() {
    return at(cursor - 1);
  }

  Editor right() {
    return at(cursor + 1);
  }

  Editor home() {
    return at(0);
  }

  Editor end() {
    return at(clusters.size());
  }

  Editor wordLeft() {
    return at(wordStart());
  }

  Editor wordRight() {
    int to = cursor;
    while (to < clusters.size() && isBlank(to)) {
      to++;
    }
    while (to < clusters.size() && !isBlank(to)) {
      to++;
    }
    return at(to);
  }

  Editor backspace() {
    return without(cursor - 1, cursor, cut);
  }

  Editor delete() {
    return without(cursor, cursor + 1, cut);
  }

  Editor cutWord() {
    return without(wordStart(), cursor, join(wordStart(), cursor));
  }

  Editor cutToStart() {
    return without(0, cursor, join(0, cursor));
  }

  Editor cutToEnd() {
    return without(cursor, clusters.size(), join(cursor, clusters.size()));
  }

  Editor paste() {
    return insert(cut);
  }

  /** Empty, but what was cut can still be pasted. */
  Editor cleared() {
    return new Editor(List.of(), 0, cut);
  }

  private Editor at(int position) {
    return new Editor(clusters, position, cut);
  }

  private Editor without(int from, int to, String nowCut) {
    if (from < 0 || to > clusters.size() || from == to) {
      return this;
    }
    String rest = join(0, from) + join(to, clusters.size());
    List<Cluster> left = Cluster.split(Sanitizer.text(rest));
    return new Editor(left, Math.min(from, left.size()), nowCut);
  }

  private int wordStart() {
    int to = cursor;
    while (to > 0 && isBlank(to - 1)) {
      to--;
    }
    while (to > 0 && !isBlank(to - 1)) {
      to--;
    }
    return to;
  }

  private boolean isBlank(int i) {
    return clusters.get(i).text().isBlank();
  }

  private String after() {
    return join(cursor, clusters.size());
  }

  private String join(int from, int to) {
    StringBuilder text = new StringBuilder();
    clusters.subList(from, to).forEach(c -> text.append(c.text()));
    return text.toString();
  }
}
