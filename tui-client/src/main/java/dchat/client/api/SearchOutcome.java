package dchat.client.api;

import java.util.List;

/** How a search ended. */
public sealed interface SearchOutcome {
  /** The lines that were found, newest first; those of rooms only. */
  record Found(List<ChatEvent> lines) implements SearchOutcome {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /** No node answered, or the one that did refused; {@code reason} says which, in words. */
  record Failed(String reason) implements SearchOutcome {}
}
