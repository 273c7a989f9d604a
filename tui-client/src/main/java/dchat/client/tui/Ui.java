package dchat.client.tui;

import java.time.Instant;
import java.util.Optional;

/**
 * The reader's side: the size of the screen, what the keyboard is for, what is being typed.
 *
 * @param touched when a key was last pressed
 * @param quitAsked when the reader last wanted to leave
 */
record Ui(
    Size size,
    Mode mode,
    Input input,
    Scroll scroll,
    Panes panes,
    Settings settings,
    Instant touched,
    Instant quitAsked) {
  /** The size of the screen in cells; at least 1 each. */
  record Size(int columns, int rows) {
    Size {
      columns = Math.max(1, columns);
      rows = Math.max(1, rows);
    }
  }

  /**
   * What is being typed.
   *
   * @param completion the state of repeated Tab
   */
  record Input(Editor editor, History history, Optional<Completion> completion) {}

  /**
   * Where in the timeline the reader is.
   *
   * @param back rows it is scrolled back; 0 follows what comes
   * @param below lines that came while it was scrolled back
   */
  record Scroll(int back, int below) {
    static final Scroll BOTTOM = new Scroll(0, 0);
  }

  /** Which side panes the reader wants to see where there is room for them. */
  record Panes(boolean rooms, boolean people) {}

  static Ui of(int columns, int rows, Settings settings, Instant now) {
    return new Ui(
        new Size(columns, rows),
        new Mode.Typing(),
        new Input(Editor.EMPTY, History.EMPTY, Optional.empty()),
        Scroll.BOTTOM,
        new Panes(true, true),
        settings,
        now,
        Instant.EPOCH);
  }

  Editor editor() {
    return input.editor();
  }

  History history() {
    return input.history();
  }

  Ui size(int columns, int rows) {
    return new Ui(
        new Size(columns, rows), mode, input, scroll, panes, settings, touched, quitAsked);
  }

  Ui mode(Mode next) {
    return new Ui(size, next, input, scroll, panes, settings, touched, quitAsked);
  }

  Ui editor(Editor next) {
    return input(new Input(next, history(), Optional.empty()));
  }

  Ui completing(Completion state) {
    Editor completed = editor().replaceBefore(state.text());
    return input(new Input(completed, history(), Optional.of(state)));
  }

  Ui history(History next) {
    return input(new Input(editor(), next, Optional.empty()));
  }

  private Ui input(Input next) {
    return new Ui(size, mode, next, scroll, panes, settings, touched, quitAsked);
  }

  Ui scroll(int back, int below) {
    Scroll next = back <= 0 ? Scroll.BOTTOM : new Scroll(back, below);
    return new Ui(size, mode, input, next, panes, settings, touched, quitAsked);
  }

  Ui panes(Panes next) {
    return new Ui(size, mode, input, scroll, next, settings, touched, quitAsked);
  }

  Ui quitAsked(Instant asked) {
    return new Ui(size, mode, input, scroll, panes, settings, touched, asked);
  }

  Ui touched(Instant at) {
    return new Ui(size, mode, input, scroll, panes, settings, at, quitAsked);
  }

  Ui settings(Settings next) {
    return new Ui(size, mode, input, scroll, panes, next, touched, quitAsked);
  }
}
