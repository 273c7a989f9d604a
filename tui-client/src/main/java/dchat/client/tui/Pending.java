package dchat.client.tui;

import dchat.client.api.Command;
import java.time.Instant;
import java.util.Optional;

/**
 * A command that was typed here and isn't known to be committed.
 *
 * @param mayBeCommitted true once a try ended without an answer
 * @param rejection why the cluster refused it; then it waits for the reader, not for the cluster
 * @param waitingFor what keeps it, in words; may be empty
 * @param notBefore when the next try is due
 */
record Pending(
    Command command,
    boolean mayBeCommitted,
    Optional<String> rejection,
    String waitingFor,
    Instant notBefore) {

  static Pending of(Command command) {
    return new Pending(command, false, Optional.empty(), "", Instant.EPOCH);
  }

  /** As it is at the next start: what it waited for is known anew then. */
  static Pending kept(Command command, boolean mayBeCommitted, Optional<String> rejection) {
    return new Pending(command, mayBeCommitted, rejection, "", Instant.EPOCH);
  }

  String id() {
    return command.id();
  }

  boolean isRejected() {
    return rejection.isPresent();
  }

  Pending rejected(String reason) {
    return new Pending(command, mayBeCommitted, Optional.of(reason), "", Instant.EPOCH);
  }

  /** Its fate is open, and it is tried again at {@code next} with the same id. */
  Pending unknown(String reason, Instant next) {
    return new Pending(command, true, Optional.empty(), reason, next);
  }

  Pending delayed(String reason, Instant next) {
    return new Pending(command, mayBeCommitted, Optional.empty(), reason, next);
  }

  Pending waitingFor(String what, boolean nowMayBeCommitted) {
    return new Pending(command, mayBeCommitted || nowMayBeCommitted, rejection, what, notBefore);
  }

  /** As it was when it was typed, except that what may have happened may still have happened. */
  Pending again() {
    return new Pending(command, mayBeCommitted, Optional.empty(), "", Instant.EPOCH);
  }
}
