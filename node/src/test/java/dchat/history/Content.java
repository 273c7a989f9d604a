package dchat.history;

import java.util.List;

/** What is sent, asked for or told. */
public sealed interface Content {

  /**
   * Of a read that begins: it has to see everything acknowledged before. Of one that has ended: the
   * room has no last line.
   */
  record None() implements Content {}

  /** A read that begins and has to see everything up to this index, and nothing more recent. */
  record AtLeast(long index) implements Content {}

  /** A line to be sent, unique in its history. */
  record Sent(String value) implements Content {}

  /** A line and the log index at which it took effect. */
  record Line(String value, long index) implements Content {
    @Override
    public String toString() {
      return value + " at " + index;
    }
  }

  /** All lines of a room, in its order. */
  record Lines(List<Line> lines) implements Content {}
}
