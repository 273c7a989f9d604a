package dchat.client.tui;

import com.googlecode.lanterna.SGR;
import com.googlecode.lanterna.TerminalSize;
import com.googlecode.lanterna.terminal.ansi.UnixTerminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The terminal: keys in, frames out, and back to how it was at the end. The only place that knows
 * the terminal library, and what has to be done around it:
 *
 * <ul>
 *   <li>It writes text one {@code char} at a time, which tears emoji apart, and lets the terminal
 *       decide how far the cursor went: here whole clusters are written, by our own widths, and the
 *       cursor is placed anew after each that isn't ASCII.
 *   <li>It makes a system call per character: here everything goes through a buffer.
 *   <li>It asks the terminal for its size through the input, and waits seconds for an answer: here
 *       {@code stty} is asked.
 *   <li>Its decoder spills unknown sequences as text and knows no pastes: here input is read raw
 *       and decoded by {@link KeyDecoder}.
 *   <li>Without a terminal it may open a window: see {@link #isThere}.
 * </ul>
 */
final class TerminalDevice implements AutoCloseable {
  private static final int OUTPUT_BUFFER_BYTES = 64 * 1024;

  /** A lone ESC is the key itself if nothing follows for this long. */
  private static final long ESCAPE_MILLIS = 50;

  private static final String PASTES_ON = "\u001b[?2004h";
  private static final String PASTES_OFF = "\u001b[?2004l";
  private static final String UPDATE_BEGINS = "\u001b[?2026h\u001b[?25l";
  private static final String UPDATE_ENDS = "\u001b[?25h\u001b[?2026l";

  private final Tty tty;
  private Theme theme = Theme.NONE;
  private final Thread shutdownHook = new Thread(this::restore, "terminal-restore");
  private Optional<Frame> shown = Optional.empty();
  private boolean restored;

  private TerminalDevice(Tty tty) {
    this.tty = tty;
  }

  /** Whether both ends of the program are a terminal that can move its cursor. */
  static boolean isThere() {
    String kind = Optional.ofNullable(System.getenv("TERM")).orElse("");
    if (kind.isEmpty() || kind.equals("dumb")) {
      return false;
    }
    try {
      Process test = new ProcessBuilder("sh", "-c", "test -t 0 && test -t 1").inheritIO().start();
      return test.waitFor(5, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes the terminal over; what happens there is handed to {@code events}. */
  static TerminalDevice open(Consumer<Msg> events) throws IOException {
    InputStream in = new FileInputStream(FileDescriptor.in);
    Tty tty = new Tty(in);
    TerminalDevice device = new TerminalDevice(tty);
    Runtime.getRuntime().addShutdownHook(device.shutdownHook);
    tty.enterPrivateMode();
    tty.write(PASTES_ON);
    tty.flush();
    tty.addResizeListener((t, size) -> events.accept(resized(size)));
    Thread.ofPlatform().daemon().name("keys").start(() -> device.read(in, events));
    return device;
  }

  private static Msg resized(TerminalSize size) {
    return new Msg.Resized(size.getColumns(), size.getRows());
  }

  /** The size as an event like those that come when it changes. */
  Msg size() throws IOException {
    return resized(tty.getTerminalSize());
  }

  /** Brings the screen from what it shows to {@code frame}, writing only what differs. */
  synchronized void draw(Frame frame, Theme colours) throws IOException {
    theme = colours;
    if (restored || shown.filter(frame::equals).isPresent()) {
      return;
    }
    tty.write(UPDATE_BEGINS);
    Optional<Frame> before =
        shown.filter(s -> s.columns() == frame.columns() && s.rows() == frame.rows());
    if (before.isEmpty()) {
      tty.resetColorAndSGR();
      tty.clearScreen();
    }
    new Painter(before, frame).paint();
    tty.resetColorAndSGR();
    tty.setCursorPosition(frame.cursorColumn(), frame.cursorRow());
    tty.write(UPDATE_ENDS);
    tty.flush();
    shown = Optional.of(frame);
  }

  /** The next frame is drawn whole, whatever the screen shows. */
  synchronized void forget() {
    shown = Optional.empty();
  }

  synchronized void bell() throws IOException {
    tty.write("\u0007");
    tty.flush();
  }

  /** Gives the terminal back as it was; safe to call again, and from any thread. */
  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The hook is running, or has run: nothing is left to do.
    }
  }

  private synchronized void restore() {
    if (restored) {
      return;
    }
    restored = true;
    try {
      tty.write(PASTES_OFF);
      tty.close();
    } catch (IOException | IllegalStateException e) {
      // The terminal has gone, or the library's own hook was faster: nothing is left to restore.
    }
  }

  private void read(InputStream in, Consumer<Msg> events) {
    KeyDecoder decoder = new KeyDecoder();
    byte[] buffer = new byte[8192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        decoder.feed(buffer, n).forEach(events);
        if (decoder.isIncomplete() && !comesSoon(in)) {
          decoder.flush().forEach(events);
        }
      }
    } catch (IOException e) {
      // The same as its end.
    }
    events.accept(new Msg.Closed());
  }

  private static boolean comesSoon(InputStream in) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ESCAPE_MILLIS);
    while (System.nanoTime() < deadline) {
      if (in.available() > 0) {
        return true;
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  /** Writes the difference between two frames. */
  private final class Painter {
    private final Optional<Frame> before;
    private final Frame frame;
    private int row = -1;
    private int column = -1;
    private Optional<Tone> tone = Optional.empty();

    Painter(Optional<Frame> before, Frame frame) {
      this.before = before;
      this.frame = frame;
    }

    void paint() throws IOException {
      for (int r = 0; r < frame.rows(); r++) {
        for (int c = 0; c < frame.columns(); c++) {
          Frame.Cell cell = frame.cells().get(r).get(c);
          if (!cell.isRestOfWide() && !isShown(r, c, cell)) {
            paint(r, c, cell);
          }
        }
      }
    }

    private boolean isShown(int r, int c, Frame.Cell cell) {
      Frame.Cell blank = Frame.Cell.BLANK;
      return before.map(b -> same(b, r, c, cell)).orElseGet(() -> cell.equals(blank));
    }

    /** A wide cell is there only if its second half is, too. */
    private boolean same(Frame b, int r, int c, Frame.Cell cell) {
      boolean first = b.cells().get(r).get(c).equals(cell);
      return first
          && (cell.width() < 2
              || b.cells().get(r).get(c + 1).equals(frame.cells().get(r).get(c + 1)));
    }

    private void paint(int r, int c, Frame.Cell cell) throws IOException {
      if (row != r || column != c) {
        tty.setCursorPosition(c, r);
      }
      if (tone.filter(cell.tone()::equals).isEmpty()) {
        dress(theme.style(cell.tone()));
        tone = Optional.of(cell.tone());
      }
      if (cell.width() == 2) {
        // Should the terminal think it narrower, nothing old may show beside it.
        tty.write("  ");
        tty.setCursorPosition(c, r);
      }
      tty.write(cell.text());
      boolean sure = cell.text().length() == 1 && cell.text().charAt(0) < 0x7F;
      row = sure ? r : -1;
      column = c + 1;
    }

    private void dress(Theme.Style style) throws IOException {
      tty.resetColorAndSGR();
      for (SGR sgr : style.emphasis()) {
        tty.enableSGR(sgr);
      }
      if (theme != Theme.NONE) {
        tty.setForegroundColor(style.foreground());
        tty.setBackgroundColor(style.background());
      }
    }
  }

  /** The library's terminal, with what it does wrong put right. */
  private static final class Tty extends UnixTerminal {
    Tty(InputStream in) throws IOException {
      super(
          in,
          new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUTPUT_BUFFER_BYTES),
          StandardCharsets.UTF_8,
          CtrlCBehaviour.TRAP);
      // Keys that would stop, suspend or kill the program, or turn Enter into something else.
      runSTTYCommand("-ixon", "-icrnl", "-isig", "-iexten");
    }

    void write(String text) throws IOException {
      writeToTerminal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected TerminalSize findTerminalSize() throws IOException {
      String[] size = runSTTYCommand("size").strip().split("\\s+");
      if (size.length != 2 || !size[0].matches("\\d+") || !size[1].matches("\\d+")) {
        return new TerminalSize(80, 24);
      }
      int rows = Integer.parseInt(size[0]);
      int columns = Integer.parseInt(size[1]);
      // A terminal that doesn't know its size says 0.
      return rows == 0 || columns == 0 ? new TerminalSize(80, 24) : new TerminalSize(columns, rows);
    }
  }
}
