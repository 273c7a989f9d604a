package dchat.chat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Events as they happen, for any number of readers that each ask for what comes after their own
 * position. Recent events are answered from a ring all readers share, older ones from the tables,
 * and who has everything is answered by the next batch that is applied. A reader costs nothing
 * between its questions but its place in the queue. Safe for concurrent use.
 *
 * @param <F> what an event is rendered to, once for all readers; immutable
 */
public final class EventFeed<F> implements ChatListener {

  /**
   * Bounds of the shared memory.
   *
   * @param ringEvents most events kept in memory, at least 1
   * @param ringCharacters roughly the most characters kept in memory
   * @param batchCharacters roughly the most characters in one answer
   */
  public record Limits(int ringEvents, int ringCharacters, int batchCharacters) {
    public static final Limits DEFAULT = new Limits(4096, 8 * 1024 * 1024, 64 * 1024);
  }

  /** An answer. */
  public sealed interface Batch<F> {

    /**
     * Every event after the position asked for, up to and including {@code cursor}.
     *
     * @param frames in order, at least one
     * @param cursor the position to ask for next
     */
    record Events<F>(List<F> frames, long cursor) implements Batch<F> {}

    /** The position asked for lies before what is still kept: begin anew from a snapshot. */
    record TooOld<F>(long keptAfter) implements Batch<F> {}
  }

  private final ChatQueries queries;
  private final Executor blocking;
  private final Limits limits;
  private final Function<Happening, F> render;

  private final Object lock = new Object();
  // Guarded by lock, as is what a waiter in the set is waiting for.
  private final EventRing<F> ring;
  private final Set<Waiter<F>> waiters = new LinkedHashSet<>();
  private boolean wakingUp;

  /** Compared by identity: two readers at the same position are two. */
  private static final class Waiter<F> {
    final CompletableFuture<Batch<F>> answer = new CompletableFuture<>();
    final int max;
    final OptionalLong account;
    long after;

    Waiter(long after, int max, OptionalLong account) {
      this.after = after;
      this.max = max;
      this.account = account;
    }
  }

  /**
   * Begins at what is stored now; must become the listener of the state machine before that applies
   * anything more.
   *
   * @param blocking runs reads of the tables and wakes up readers
   */
  public EventFeed(
      ChatQueries queries, Executor blocking, Limits limits, Function<Happening, F> render) {
    this.queries = queries;
    this.blocking = blocking;
    this.limits = limits;
    this.render = render;
    ring =
        new EventRing<>(
            limits.ringEvents(), limits.ringCharacters(), render, queries.appliedIndex());
  }

  /**
   * Asks for the events after {@code after}, which may be later than anything this node knows.
   * Cancel the answer to withdraw the question.
   *
   * @param max most events wanted, at least 1
   * @return completes at once if there are such events in memory; exceptionally if the tables can't
   *     be read
   */
  public CompletableFuture<Batch<F>> after(long after, int max) {
    return after(after, max, OptionalLong.empty());
  }

  /**
   * As above, with what concerns the holder of an account.
   *
   * @param account empty for what is public alone
   */
  public CompletableFuture<Batch<F>> after(long after, int max, OptionalLong account) {
    var waiter = new Waiter<F>(after, max, account);
    waiter.answer.whenComplete((batch, failure) -> forget(waiter));
    serve(waiter);
    return waiter.answer;
  }

  /** How many readers wait for something to happen. */
  public int waiting() {
    synchronized (lock) {
      return waiters.size();
    }
  }

  @Override
  public void onApplied(long appliedIndex, List<Happening> events) {
    boolean wake;
    synchronized (lock) {
      events.forEach(ring::add);
      wake = !events.isEmpty() && !waiters.isEmpty() && !wakingUp;
      wakingUp |= wake;
    }
    if (wake) {
      wakeUp();
    }
  }

  @Override
  public void onReset(long appliedIndex) {
    boolean wake;
    synchronized (lock) {
      ring.clear(appliedIndex);
      wake = !waiters.isEmpty() && !wakingUp;
      wakingUp |= wake;
    }
    if (wake) {
      wakeUp();
    }
  }

  /** Not on the caller's thread: a thousand readers must not hold up the next batch. */
  private void wakeUp() {
    try {
      blocking.execute(this::serveWaiters);
    } catch (RejectedExecutionException e) {
      // The node is stopping and nobody reads any more.
    }
  }

  private void serveWaiters() {
    List<Waiter<F>> ready = new ArrayList<>();
    synchronized (lock) {
      wakingUp = false;
      for (Iterator<Waiter<F>> each = waiters.iterator(); each.hasNext(); ) {
        Waiter<F> waiter = each.next();
        if (waiter.after < ring.last()) {
          each.remove();
          ready.add(waiter);
        }
      }
    }
    ready.forEach(this::serve);
  }

  private void serve(Waiter<F> waiter) {
    List<EventRing.Slot<F>> slice = List.of();
    long floor;
    synchronized (lock) {
      if (waiter.answer.isDone()) {
        return;
      }
      floor = ring.floor();
      if (waiter.after >= floor) {
        slice = ring.slice(waiter.after, waiter.max, limits.batchCharacters(), waiter.account);
        if (slice.isEmpty()) {
          // What is in there is others' business.
          waiter.after = Math.max(waiter.after, ring.last());
          waiters.add(waiter);
          return;
        }
      }
    }
    if (slice.isEmpty()) {
      readTables(waiter, floor);
    } else {
      List<F> frames = slice.stream().map(EventRing.Slot::frame).toList();
      waiter.answer.complete(new Batch.Events<>(frames, slice.getLast().index()));
    }
  }

  private void readTables(Waiter<F> waiter, long floor) {
    try {
      blocking.execute(() -> serveFromTables(waiter, floor));
    } catch (RejectedExecutionException e) {
      waiter.answer.completeExceptionally(e);
    }
  }

  /**
   * @param floor an index below which nothing was missing in the tables when this was asked for
   */
  private void serveFromTables(Waiter<F> waiter, long floor) {
    try {
      ChatQueries.Continuation next =
          queries.continuation(waiter.after, waiter.max, waiter.account);
      if (waiter.after < next.keptAfter()) {
        waiter.answer.complete(new Batch.TooOld<>(next.keptAfter()));
      } else if (next.events().isEmpty()) {
        // No event between the position and the floor: the ring has all there is.
        waiter.after = floor;
        serve(waiter);
      } else {
        List<F> frames = next.events().stream().map(render).toList();
        waiter.answer.complete(new Batch.Events<>(frames, next.events().getLast().index()));
      }
    } catch (RuntimeException e) {
      waiter.answer.completeExceptionally(e);
    }
  }

  private void forget(Waiter<F> waiter) {
    synchronized (lock) {
      waiters.remove(waiter);
    }
  }
}
