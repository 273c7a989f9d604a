package dchat.client.tui;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A frame in the making. Whatever is put beyond its edges is cut off. */
final class Canvas {
  private final int columns;
  private final int rows;
  private final Frame.Cell[][] cells;
  private int cursorRow;
  private int cursorColumn;

  Canvas(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    this.cells = new Frame.Cell[rows][columns];
    for (Frame.Cell[] row : cells) {
      Arrays.fill(row, Frame.Cell.BLANK);
    }
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** Puts text from {@code column} on, up to the right edge; returns the column after it. */
  int put(int row, int column, String text, Tone tone) {
    return put(row, column, columns, text, tone);
  }

  /** Puts text into the columns from {@code column} up to, not including, {@code end}. */
  int put(int row, int column, int end, String text, Tone tone) {
    int at = column;
    for (Cluster cluster : Cluster.split(text)) {
      if (at + cluster.width() > Math.min(end, columns)) {
        break;
      }
      if (row >= 0 && row < rows && at >= 0) {
        cells[row][at] = new Frame.Cell(cluster.text(), cluster.width(), tone);
        if (cluster.width() == 2) {
          cells[row][at + 1] = new Frame.Cell("", 0, tone);
        }
      }
      at += cluster.width();
    }
    return at;
  }

  /** Puts text so that it ends before {@code end}; returns the column where it starts. */
  int putBefore(int row, int end, String text, Tone tone) {
    int start = Math.max(0, end - Cluster.width(text));
    put(row, start, end, text, tone);
    return start;
  }

  void fill(int row, int column, int end, Tone tone) {
    put(row, column, end, " ".repeat(Math.max(0, end - column)), tone);
  }

  void cursor(int row, int column) {
    cursorRow = Math.clamp(row, 0, rows - 1);
    cursorColumn = Math.clamp(column, 0, columns - 1);
  }

  Frame frame() {
    List<List<Frame.Cell>> lines = new ArrayList<>(rows);
    for (Frame.Cell[] row : cells) {
      lines.add(List.of(row));
    }
    return new Frame(columns, rows, lines, cursorRow, cursorColumn);
  }
}
