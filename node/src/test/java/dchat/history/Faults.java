package dchat.history;

import java.util.ArrayList;
import java.util.List;

/** What a checker has found; the first few tell enough. */
final class Faults {
  private static final int MOST = 20;

  private final List<Verdict.Fault> found = new ArrayList<>();

  void add(Verdict.Kind kind, String text, Object... details) {
    if (found.size() < MOST) {
      found.add(new Verdict.Fault(kind, text.formatted(details)));
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  Verdict verdict() {
    return new Verdict(List.copyOf(found));
  }
}
