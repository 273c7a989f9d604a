package dchat.client.api;

import java.util.List;

/** How the question ended what was said between two. */
public sealed interface DirectsOutcome {
  /** The last lines, oldest first. */
  record Found(List<DirectMessage> lines) implements DirectsOutcome {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Nothing was to be had.
   *
   * @param definite whether asking again gives the same answer
   */
  record Failed(boolean definite, String reason) implements DirectsOutcome {}
}
