package dchat.client.api;

import java.util.List;
import java.util.Optional;

/** How a question ended for a page of what was said earlier. */
public sealed interface PastOutcome {
  /**
   * What was said in a room, oldest first.
   *
   * @param older the cursor of the page before this one; empty if this is the beginning
   */
  record InRoom(List<ChatEvent> lines, Optional<String> older) implements PastOutcome {
    public InRoom {
      lines = List.copyOf(lines);
    }
  }

  /**
   * What was said between two, oldest first.
   *
   * @param older the cursor of the page before this one; empty if this is the beginning
   */
  record BetweenTwo(List<DirectMessage> lines, Optional<String> older) implements PastOutcome {
    public BetweenTwo {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Nothing was to be had.
   *
   * @param definite whether asking again gives the same answer
   */
  record Failed(boolean definite, String reason) implements PastOutcome {}
}
