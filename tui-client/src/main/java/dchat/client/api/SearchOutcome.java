package dchat.client.api;

import java.time.Instant;
import java.util.List;

/** How a search ended. */
public sealed interface SearchOutcome {
  /** The lines that were found, newest first. */
  record Found(List<Hit> lines) implements SearchOutcome {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /** No node answered, or the one that did refused; {@code reason} says which, in words. */
  record Failed(String reason) implements SearchOutcome {}

  /**
   * One line.
   *
   * @param where {@code #room}, or {@code @name} for what passed between two
   */
  record Hit(long index, String where, String user, String text, Instant at) {}
}
