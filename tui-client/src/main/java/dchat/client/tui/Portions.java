package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;

/** A long text in as many messages as it takes, broken between lines where that is possible. */
final class Portions {
  /** What nodes take in one message, unless they are told otherwise. */
  static final int LONGEST_MESSAGE = 4_096;

  private Portions() {}

  static List<String> of(String text) {
    List<String> portions = new ArrayList<>();
    StringBuilder portion = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      for (String piece : pieces(line)) {
        if (portion.length() + 1 + piece.length() > LONGEST_MESSAGE) {
          close(portions, portion);
        }
        portion.append(portion.isEmpty() ? "" : "\n").append(piece);
      }
    }
    close(portions, portion);
    return portions;
  }

  private static void close(List<String> portions, StringBuilder portion) {
    if (!portion.toString().isBlank()) {
      portions.add(portion.toString());
    }
    portion.setLength(0);
  }

  /** A line that is too long by itself, cut between clusters. */
  private static List<String> pieces(String line) {
    if (line.length() <= LONGEST_MESSAGE) {
      return List.of(line);
    }
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (Cluster cluster : Cluster.split(line)) {
      if (piece.length() + cluster.text().length() > LONGEST_MESSAGE) {
        pieces.add(piece.toString());
        piece.setLength(0);
      }
      piece.append(cluster.text());
    }
    pieces.add(piece.toString());
    return pieces;
  }
}
