package dchat.history;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a checker says of a history: right if there is no fault.
 *
 * @param faults the first of them, in no particular order
 */
public record Verdict(List<Fault> faults) {

  /** What clients must never see. */
  public enum Kind {
    /** It isn't a history at all: nothing more is said of it. */
    MALFORMED,
    /** A line was acknowledged, and is in no read. */
    LOST_LINE,
    /** A line is twice in one read. */
    DOUBLED_LINE,
    /** A read shows lines in another order than that of their indexes. */
    REORDERED,
    /** Two who tell of a line's index, or of an index's line, disagree. */
    DIVERGED,
    /** A read lacks a line although it has one behind it. */
    HOLE,
    /** A line isn't where its sender was told. */
    WRONG_INDEX,
    /** A line was read of which its sender was told that it would have no effect. */
    FAILED_LINE_READ,
    /** A line was read that nobody had sent to that room until then. */
    UNSENT_LINE_READ,
    /** A line took effect before something that was over when it was sent. */
    TIME_INVERTED,
    /** A linearizable read lacks what was known before it began. */
    STALE_READ,
    /** A read lacks what came up to the index it asked for. */
    READ_BEHIND,
    /** A room was never read after the last line was sent to it, so nothing can be said. */
    NO_FINAL_READ;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * @param text which lines, and where in the history
   */
  public record Fault(Kind kind, String text) {
    @Override
    public String toString() {
      return kind + ": " + text;
    }
  }

  public boolean isClean() {
    return faults.isEmpty();
  }

  @Override
  public String toString() {
    return isClean()
        ? "linearizable"
        : faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
  }
}
