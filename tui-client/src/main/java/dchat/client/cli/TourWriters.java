package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.TimeOrderedIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * People who never stop talking: each says a line, waits until it is committed whatever dies
 * meanwhile, and says the next.
 */
final class TourWriters {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Leaves the nodes of a small machine the time to elect and to start. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ClusterClient client;
  private final TimeOrderedIds ids;
  private final Map<String, Long> acknowledged;
  private final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  /**
   * @param acknowledged where each committed line's id and index are noted; used by many threads
   */
  TourWriters(ClusterClient client, TimeOrderedIds ids, Map<String, Long> acknowledged) {
    this.client = client;
    this.ids = ids;
    this.acknowledged = acknowledged;
  }

  void start(int count, String room) {
    for (int i = 1; i <= count; i++) {
      String name = "writer" + i;
      threads.add(Thread.ofVirtual().name(name).start(() -> write(name, room)));
    }
  }

  private void write(String name, String room) {
    try {
      for (int n = 1; !over; n++) {
        Command line = new Command.Say(ids.next(), name, room, "line " + n + " of " + name);
        Outcome outcome = client.send(line, PATIENCE, progress -> {});
        if (!(outcome instanceof Outcome.Committed committed)) {
          failure.set(Optional.of(name + "'s line " + n + " was not committed: " + outcome));
          return;
        }
        acknowledged.put(line.id(), committed.index());
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Lets each finish the line it is saying.
   *
   * @return why one couldn't; empty if every line was committed
   */
  Optional<String> stop() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return failure.get();
  }

  /** Ends them at once, with their lines in the middle. */
  void abandon() {
    over = true;
    threads.forEach(Thread::interrupt);
  }
}
