package dchat.history;

/**
 * One line of a history: something a client began, or what became of it. Events stand in the order
 * in which they happened.
 *
 * @param process who: does one thing after the other; its number isn't used again once it can't
 *     know what became of what it did
 * @param function what the operation does
 * @param room where; rooms are independent of each other but for the index, which orders all
 * @param timeNanos on one monotonic clock for the whole history, in nanoseconds since any moment
 */
public record Event(
    Type type, int process, Function function, String room, Content content, long timeNanos) {

  /** What happened to an operation. */
  public enum Type {
    /** Written before the request leaves. */
    INVOKE,
    /** Written after the answer came. */
    OK,
    /** It certainly had and will have no effect. */
    FAIL,
    /** Nobody knows: it may have taken effect, and still may at any later time. */
    INFO
  }

  /** What an operation does. */
  public enum Function {
    /** Sends a line to a room that is read as a whole. */
    APPEND,
    /** Sends a line to a room of which the last line counts. */
    REGISTER,
    /** Reads a room, or its last line. */
    READ
  }

  boolean isRead() {
    return function == Function.READ;
  }
}
