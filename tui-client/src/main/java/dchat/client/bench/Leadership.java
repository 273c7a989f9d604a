package dchat.client.bench;

import dchat.client.api.ClusterClient;
import dchat.client.api.Survey;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who leads, found out as a client does: by asking the nodes, again whenever somebody doubts what
 * is known. Asking is for a thread of its own; what is known can be had without waiting.
 */
final class Leadership implements AutoCloseable {
  /**
   * A leader that said itself that it is one.
   *
   * @param version counts what was found out, so that a doubt can't hit a newer finding
   */
  record Leader(long version, String id, Target target) {}

  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final long LOOK_EVERY_MILLIS = 10;

  private final ClusterClient cluster;
  private final Runnable onFound;
  private final AtomicReference<Optional<Leader>> current = new AtomicReference<>(Optional.empty());
  private final Semaphore doubts = new Semaphore(1);
  private final Thread thread = new Thread(this::watch, "bench-leader");
  private long version;

  /**
   * @param onFound is called, by another thread, whenever a leader has been found
   */
  Leadership(ClusterClient cluster, Runnable onFound) {
    this.cluster = cluster;
    this.onFound = onFound;
    thread.setDaemon(true);
    thread.start();
  }

  /** The leader; empty while it isn't known. */
  Optional<Leader> current() {
    return current.get();
  }

  /** Something spoke against {@code leader} still being one. */
  void doubt(Leader leader) {
    Optional<Leader> known = current.get();
    if (known.filter(l -> l.version() == leader.version()).isPresent()
        && current.compareAndSet(known, Optional.empty())) {
      doubts.release();
    }
  }

  private void watch() {
    try {
      while (true) {
        doubts.acquire();
        Optional<Leader> found = ask();
        while (found.isEmpty()) {
          Thread.sleep(LOOK_EVERY_MILLIS);
          found = ask();
        }
        current.set(found);
        onFound.run();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** A follower may name a leader that is dead; so only the leader's own word counts. */
  private Optional<Leader> ask() {
    return cluster.survey(PATIENCE).replies().stream()
        .filter(r -> r.status().leader().equals(Optional.of(r.status().node())))
        .max(Comparator.comparingLong((Survey.Reply r) -> r.status().term()))
        .map(r -> new Leader(++version, r.status().node(), Target.of(r.from())));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
