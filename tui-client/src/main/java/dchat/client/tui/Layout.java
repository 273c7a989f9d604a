package dchat.client.tui;

/**
 * Where things are on a screen of a given size. From 100 columns on there are three panes, from 70
 * two, below that the timeline alone; under 40 by 8 there is no room for a chat.
 *
 * @param roomsWidth columns of the pane of rooms, 0 when it isn't shown
 * @param peopleWidth columns of the pane of people, 0 when it isn't shown
 */
record Layout(int columns, int rows, int roomsWidth, int peopleWidth) {
  private static final int LEAST_COLUMNS = 40;
  private static final int LEAST_ROWS = 8;
  private static final int COLUMNS_FOR_ROOMS = 70;
  private static final int COLUMNS_FOR_PEOPLE = 100;
  private static final int ROOMS_WIDTH = 18;
  private static final int PEOPLE_WIDTH = 17;

  static Layout of(Ui ui) {
    int columns = ui.size().columns();
    return new Layout(
        columns,
        ui.size().rows(),
        columns >= COLUMNS_FOR_ROOMS && ui.panes().rooms() ? ROOMS_WIDTH : 0,
        columns >= COLUMNS_FOR_PEOPLE && ui.panes().people() ? PEOPLE_WIDTH : 0);
  }

  static String leastSize() {
    return LEAST_COLUMNS + "x" + LEAST_ROWS;
  }

  boolean isTooSmall() {
    return columns < LEAST_COLUMNS || rows < LEAST_ROWS;
  }

  /** No room for more than what is essential. */
  boolean isNarrow() {
    return columns < COLUMNS_FOR_ROOMS;
  }

  /** The first row between title and status. */
  int top() {
    return 1;
  }

  /** Rows between title and status. */
  int height() {
    return Math.max(0, rows - 3);
  }

  int statusRow() {
    return rows - 2;
  }

  int inputRow() {
    return rows - 1;
  }

  int timelineColumn() {
    return roomsWidth;
  }

  int timelineWidth() {
    return columns - roomsWidth - peopleWidth;
  }

  int timelineEnd() {
    return columns - peopleWidth;
  }

  /** Columns that the nick in front of a line may take. */
  int nickWidth() {
    return isNarrow() ? 8 : 10;
  }
}
