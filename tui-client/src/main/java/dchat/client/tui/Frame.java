package dchat.client.tui;

import java.util.List;

/**
 * A screen full of cells, as it should look. Rows all have the same number of columns; the right
 * half of a wide cluster is a cell of its own with no text.
 *
 * @param cursorRow where the cursor stands; the screen always shows it
 */
public record Frame(
    int columns, int rows, List<List<Cell>> cells, int cursorRow, int cursorColumn) {
  /** One cell: a cluster one or two columns wide, or the rest of the wide one before it. */
  public record Cell(String text, int width, Tone tone) {
    static final Cell BLANK = new Cell(" ", 1, Tone.NORMAL);

    boolean isRestOfWide() {
      return width == 0;
    }
  }

  public Frame {
    cells = List.copyOf(cells);
  }

  /** The text of one row without the blanks at its end. */
  public String row(int row) {
    StringBuilder text = new StringBuilder();
    cells.get(row).forEach(cell -> text.append(cell.text()));
    return text.toString().stripTrailing();
  }

  /** The letters of the tones of one row. */
  public String tones(int row) {
    StringBuilder letters = new StringBuilder();
    cells.get(row).forEach(cell -> letters.append(cell.tone().letter()));
    return letters.toString();
  }
}
