package dchat.client.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * What the audience of a tour sees: chapters, what people say, what happens to nodes, and a
 * checklist at the end. On a terminal a line that isn't committed yet is gray, as in the chat;
 * elsewhere only what has happened is printed. Colour never says anything alone.
 */
final class TourScreen {
  private static final String CLEAR_LINE = "\r\u001b[K";

  /** On a terminal people read along. */
  private static final Duration READING = Duration.ofMillis(450);

  private enum Ink {
    BOLD("1"),
    GRAY("90"),
    GREEN("32"),
    RED("1;31"),
    CYAN("36");

    private final String code;

    Ink(String code) {
      this.code = code;
    }
  }

  private final PrintWriter out;
  private final boolean terminal;
  private final boolean coloured;
  private int chapter;

  /**
   * @param terminal whether what is printed can be replaced again
   * @param coloured only looked at on a terminal
   */
  TourScreen(PrintWriter out, boolean terminal, boolean coloured) {
    this.out = out;
    this.terminal = terminal;
    this.coloured = terminal && coloured;
  }

  void title(String text) {
    print(ink(Ink.BOLD, text) + "\n");
  }

  void chapter(String text) {
    chapter++;
    print("\n" + ink(Ink.BOLD, "%2d  %s".formatted(chapter, text)) + "\n");
  }

  /** Something happened to a node, or is worth knowing. */
  void note(String text) {
    print(clear() + ink(Ink.CYAN, "    -- " + text) + "\n");
  }

  /** Replaced by whatever is printed next; only on a terminal. */
  void waiting(String text) {
    if (terminal) {
      print(clear() + ink(Ink.GRAY, "    .. " + text));
    }
  }

  /** A line on its way. */
  void pending(String user, String text) {
    if (terminal) {
      print(clear() + ink(Ink.GRAY, line("...", user, text)));
    }
  }

  void committed(long index, String user, String text) throws InterruptedException {
    print(clear() + line(Long.toString(index), user, text) + "\n");
    if (terminal) {
      Thread.sleep(READING);
    }
  }

  /** A line of which nobody can say whether it will be committed. */
  void unknown(String user, String text) {
    print(clear() + ink(Ink.GRAY, line("?", user, text)) + "\n");
  }

  void failed(String why) {
    print(clear() + ink(Ink.RED, "    FAILED: " + why) + "\n");
  }

  void checklistHead() {
    print("\n" + ink(Ink.BOLD, "    %-70s%8s".formatted("checklist", "took")) + "\n");
  }

  void passed(String what, Duration took) {
    print(ink(Ink.GREEN, "ok  ") + "%-70s%8s%n".formatted(what, seconds(took)));
  }

  void notPassed(String what) {
    print(ink(Ink.RED, "NO  ") + what + "\n");
  }

  void notReached(String what) {
    print(ink(Ink.GRAY, "-   " + what) + "\n");
  }

  void verdict(boolean good, String text) {
    print("\n" + ink(good ? Ink.GREEN : Ink.RED, text) + "\n");
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
  }

  private static String line(String mark, String user, String text) {
    return "%8s  %-6s %s".formatted(mark, user, text);
  }

  private String clear() {
    return terminal ? CLEAR_LINE : "";
  }

  private String ink(Ink ink, String text) {
    return coloured ? "\u001b[" + ink.code + "m" + text + "\u001b[0m" : text;
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }
}
