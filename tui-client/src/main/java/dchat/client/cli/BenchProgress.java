package dchat.client.cli;

import dchat.client.bench.LoadRun.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** One line that tells how a measurement goes on, on a terminal; elsewhere only what stays. */
final class BenchProgress implements Consumer<Progress> {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private boolean drawn;
  private int kills;

  BenchProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public synchronized void accept(Progress progress) {
    switch (progress) {
      case Progress.WarmingUp w -> draw("warming up ...");
      case Progress.Second second -> draw(words(second));
      case Progress.Gap(Duration gap) -> {
        clear();
        out.printf(
            Locale.ROOT, "kill %d: nothing was written for %d ms%n", ++kills, gap.toMillis());
        out.flush();
      }
    }
  }

  private static String words(Progress.Second second) {
    String left = second.left().toDays() > 0 ? "" : second.left().toSeconds() + " s left, ";
    return String.format(
        Locale.ROOT,
        "%s%,.0f lines/s, %,.0f reads/s, p99 %.1f ms, %d errors",
        left,
        second.linesPerSecond(),
        second.readsPerSecond(),
        second.p99Micros() / 1000.0,
        second.errors());
  }

  private void draw(String line) {
    if (terminal) {
      out.print(CLEAR_LINE + line);
      out.flush();
      drawn = true;
    }
  }

  /** Makes room for other lines. */
  synchronized void clear() {
    if (drawn) {
      out.print(CLEAR_LINE);
      out.flush();
      drawn = false;
    }
  }
}
