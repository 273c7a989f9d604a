package dchat.client.bench;

import dchat.client.bench.Leadership.Leader;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long nothing is acknowledged after a leader was killed: up to the first write that another
 * one acknowledges. Answers the dead one had still sent don't count.
 */
final class WriteGap {
  /**
   * @param killedVersion what was found out of leaders up to then is about the killed one
   */
  private record Waiting(long killedVersion, CompletableFuture<Long> firstNanos) {}

  private volatile Optional<Waiting> waiting = Optional.empty();

  /** From now on the first write that {@code killed} doesn't acknowledge is waited for. */
  CompletableFuture<Long> begin(Leader killed) {
    CompletableFuture<Long> firstNanos = new CompletableFuture<>();
    waiting = Optional.of(new Waiting(killed.version(), firstNanos));
    return firstNanos;
  }

  /** For the load's thread: cheap unless somebody waits for it. */
  void acknowledged(Leader by, long nowNanos) {
    Optional<Waiting> current = waiting;
    if (current.isPresent() && by.version() > current.get().killedVersion()) {
      current.get().firstNanos().complete(nowNanos);
      waiting = Optional.empty();
    }
  }

  /** When it was acknowledged; empty if nothing was for so long. */
  static OptionalLong await(CompletableFuture<Long> firstNanos, Duration patience)
      throws InterruptedException {
    try {
      return OptionalLong.of(firstNanos.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return OptionalLong.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
