package dchat.http;

import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.RaftStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.util.ByteString;

/**
 * The {@code cluster} events of all streams: one look at the status for everybody, told when
 * leader, term or members change, and often enough that a silent stream is a dead one.
 */
final class ClusterBeat {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Supplier<RaftStatus> status;
  private final long heartbeatNanos;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final Cancellable ticks;
  private final CompletableFuture<Done> ended = new CompletableFuture<>();
  private volatile boolean closed;

  // Only touched by the tick.
  private Optional<News> told = Optional.empty();
  private long toldAtNanos;

  private record News(long term, Optional<Member> leader, Membership membership) {}

  /** A stream. Called from any thread; must not block. */
  interface Listener {
    void onBeat(ByteString frame);

    /** The server stops, or has nothing more to tell. */
    void onClose();
  }

  ClusterBeat(ActorSystem<?> system, Supplier<RaftStatus> status, Duration heartbeatInterval) {
    this.status = status;
    heartbeatNanos = heartbeatInterval.toNanos();
    ticks =
        system
            .scheduler()
            .scheduleWithFixedDelay(LOOK_EVERY, LOOK_EVERY, this::look, system.executionContext());
  }

  /** The state now, as an event. */
  ByteString frame() {
    return EventFrames.cluster(status.get());
  }

  void add(Listener listener) {
    listeners.add(listener);
    if (closed) {
      listener.onClose();
    }
  }

  void remove(Listener listener) {
    listeners.remove(listener);
    endIfEmpty();
  }

  /** How many streams are open. */
  int listening() {
    return listeners.size();
  }

  private void look() {
    RaftStatus now = status.get();
    if (now.removed()) {
      // Nothing new will come here: its readers have to go on elsewhere.
      listeners.forEach(Listener::onClose);
    }
    var news = new News(now.term(), now.leader(), now.membership());
    boolean due = System.nanoTime() - toldAtNanos >= heartbeatNanos;
    if (due || !told.equals(Optional.of(news))) {
      told = Optional.of(news);
      toldAtNanos = System.nanoTime();
      if (!listeners.isEmpty()) {
        ByteString frame = EventFrames.cluster(now);
        listeners.forEach(listener -> listener.onBeat(frame));
      }
    }
  }

  /**
   * Ends every stream, now and from now on.
   *
   * @return completes when the last one has ended
   */
  CompletableFuture<Done> close() {
    closed = true;
    ticks.cancel();
    listeners.forEach(Listener::onClose);
    endIfEmpty();
    return ended;
  }

  private void endIfEmpty() {
    if (closed && listeners.isEmpty()) {
      ended.complete(Done.getInstance());
    }
  }
}
