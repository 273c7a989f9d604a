package dchat.raft;

import com.fasterxml.jackson.annotation.JsonFormat;

/**
 * One entry of the replicated log.
 *
 * <p>Written as an array: field names in every entry would cost as much as a short message.
 *
 * @param index position in the log, from 1
 * @param term term of the leader that created it, from 1
 * @param timestampMillis wall clock of that leader in milliseconds since 1970, never smaller than
 *     the previous entry's; the only time that applying an entry may look at
 * @param payload what {@code kind} says; encoded once by its author and never changed after: treat
 *     as immutable
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record LogEntry(long index, long term, long timestampMillis, Kind kind, byte[] payload) {

  /** What the payload is. */
  public enum Kind {
    /** Empty: a new leader's first entry, which lets it commit what earlier terms left behind. */
    NO_OP,
    /** A command for the {@link StateMachine}. */
    COMMAND,
    /** An encoded {@link Membership}. */
    CONFIGURATION
  }

  /** Size that counts against byte bounds: the payload and a fixed allowance for the rest. */
  public int sizeBytes() {
    return payload.length + 40;
  }
}
