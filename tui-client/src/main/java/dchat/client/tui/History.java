package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was typed before, oldest first, and where in it the reader stands.
 *
 * @param at position in {@code lines}; their number when none of them is shown
 * @param draft the line being typed when the reader went back
 */
record History(List<String> lines, int at, String draft) {
  private static final int MOST_LINES = 500;

  static final History EMPTY = new History(List.of(), 0, "");

  History {
    lines = List.copyOf(lines);
  }

  History add(String line) {
    List<String> more = new ArrayList<>(lines);
    if (more.isEmpty() || !more.getLast().equals(line)) {
      more.add(line);
    }
    if (more.size() > MOST_LINES) {
      more.removeFirst();
    }
    return new History(more, more.size(), "");
  }

  /** One step back, keeping {@code typed}; empty at the oldest line. */
  Optional<History> back(String typed) {
    if (at == 0) {
      return Optional.empty();
    }
    return Optional.of(new History(lines, at - 1, at == lines.size() ? typed : draft));
  }

  /** One step towards now; empty when there already. */
  Optional<History> forward() {
    return at == lines.size() ? Optional.empty() : Optional.of(new History(lines, at + 1, draft));
  }

  /** The line where the reader stands. */
  String shown() {
    return at == lines.size() ? draft : lines.get(at);
  }
}
