package dchat.history;

import java.util.List;

/**
 * How much happened in a history.
 *
 * @param lines that were sent
 * @param unknown operations whose outcome nobody knows
 * @param longestGapMillis between two acknowledged lines, milliseconds
 */
public record Figures(
    int lines, int reads, int ok, int failed, int unknown, long seconds, long longestGapMillis) {

  /** Counts. */
  public static Figures of(List<Event> history) {
    int lines = 0;
    int[] ended = new int[Event.Type.values().length];
    long lastAcknowledged = history.isEmpty() ? 0 : history.getFirst().timeNanos();
    long longestGap = 0;
    for (Event event : history) {
      ended[event.type().ordinal()]++;
      if (!event.isRead()) {
        if (event.type() == Event.Type.INVOKE) {
          lines++;
        } else if (event.type() == Event.Type.OK) {
          longestGap = Math.max(longestGap, event.timeNanos() - lastAcknowledged);
          lastAcknowledged = event.timeNanos();
        }
      }
    }
    long nanos = history.isEmpty() ? 0 : history.getLast().timeNanos();
    return new Figures(
        lines,
        ended[Event.Type.INVOKE.ordinal()] - lines,
        ended[Event.Type.OK.ordinal()],
        ended[Event.Type.FAIL.ordinal()],
        ended[Event.Type.INFO.ordinal()],
        nanos / 1_000_000_000,
        longestGap / 1_000_000);
  }

  @Override
  public String toString() {
    return "%d lines sent, %d reads in %d s; %d ok, %d failed, %d unknown; longest gap %d ms"
        .formatted(lines, reads, seconds, ok, failed, unknown, longestGapMillis);
  }
}
