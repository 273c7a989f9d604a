package dchat.client.api;

import java.net.URI;
import java.time.Duration;

/** What a command that has no outcome yet is waiting for. */
public sealed interface Progress {
  /** The command goes to {@code node} now. */
  record Asking(URI node) implements Progress {}

  /** {@code node} isn't the leader and named {@code leader} as the one. */
  record Redirected(URI node, URI leader) implements Progress {}

  /** The nodes are choosing a leader; {@code left} is what remains of the budget. */
  record Electing(Duration waited, Duration left) implements Progress {}

  /**
   * The last try failed and another follows after {@code pause}.
   *
   * @param mayBeCommitted true once the command may have been executed already
   */
  record Retrying(String reason, Duration pause, boolean mayBeCommitted) implements Progress {}
}
