package dchat.sim;

import dchat.history.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What happened in a run, line by line with its virtual time. Costs nothing while switched off,
 * because a line is only put together when somebody will read it.
 */
final class Trace {
  private boolean on;
  private final List<String> lines = new ArrayList<>();
  private LongSupplier clockNanos = () -> 0;
  private Supplier<List<Event>> history = List::of;

  private Trace(boolean on) {
    this.on = on;
  }

  static Trace off() {
    return new Trace(false);
  }

  static Trace on() {
    return new Trace(true);
  }

  void useClock(LongSupplier nanos) {
    clockNanos = nanos;
  }

  void useHistory(Supplier<List<Event>> events) {
    history = events;
  }

  /** What the clients of the run saw. */
  List<Event> history() {
    return history.get();
  }

  boolean isOn() {
    return on;
  }

  void line(Supplier<String> text) {
    if (on) {
      long micros = clockNanos.getAsLong() / 1_000;
      lines.add("%5d.%06d %s".formatted(micros / 1_000_000, micros % 1_000_000, text.get()));
    }
  }

  /** What happens from now on is of no interest. */
  void end() {
    on = false;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  List<String> last(int count) {
    return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  /** SHA-256 of all lines. */
  String hash() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String line : lines) {
        sha.update(line.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) '\n');
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
