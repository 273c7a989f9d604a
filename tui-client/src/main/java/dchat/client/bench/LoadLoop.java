package dchat.client.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The thread that makes the load: all clients on one selector, without allocation once it runs, so
 * that as much of the machine as possible is left to the nodes that may share it.
 */
final class LoadLoop implements Runnable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long LOOK_EVERY_NANOS = 5_000_000;

  /** How long requests of the window may take beyond its end. */
  private static final long LAST_ANSWERS_NANOS = 5_000_000_000L;

  /** A selector waits whole milliseconds; shorter waits are slept in steps of this. */
  private static final long SHORT_WAIT_NANOS = 50_000;

  private static final long MILLI_NANOS = 1_000_000;

  private final LoadPlan plan;
  private final Measurements measurements;
  private final Optional<Acknowledgements> acknowledgements;
  private final WriteGap writeGap;
  private final Leadership leadership;
  private final Selector selector;
  private final Consumer<SelectionKey> onReady = this::onReady;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final LineIds ids = new LineIds(UUID.randomUUID(), System::currentTimeMillis);
  private final Dice dice = new Dice(System.nanoTime());
  private final List<LoadClient> clients = new ArrayList<>();
  private final Deque<LoadClient> idle = new ArrayDeque<>();
  private final Optional<OpenLoop> schedule;
  private volatile boolean aborted;

  /**
   * @param acknowledgements are told of every line; empty when nobody wants to know
   */
  LoadLoop(
      LoadPlan plan,
      List<Target> nodes,
      Leadership leadership,
      Selector selector,
      Measurements measurements,
      Optional<Acknowledgements> acknowledgements,
      WriteGap writeGap) {
    this.plan = plan;
    this.leadership = leadership;
    this.selector = selector;
    this.measurements = measurements;
    this.acknowledgements = acknowledgements;
    this.writeGap = writeGap;
    schedule =
        plan.ratePerSecond().isPresent()
            ? Optional.of(new OpenLoop(plan.ratePerSecond().getAsDouble(), System.nanoTime()))
            : Optional.empty();
    for (int i = 1; i <= plan.clients(); i++) {
      clients.add(new LoadClient(this, plan, i, nodes));
    }
    idle.addAll(clients);
  }

  Selector selector() {
    return selector;
  }

  Leadership leadership() {
    return leadership;
  }

  Measurements measurements() {
    return measurements;
  }

  LineIds ids() {
    return ids;
  }

  Dice dice() {
    return dice;
  }

  /** Ends the load at once; what is under way is neither awaited nor counted. */
  void abort() {
    aborted = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      turnUntilOver();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      clients.forEach(client -> client.end(!aborted));
    }
    if (!aborted) {
      schedule
          .map(s -> s.missedBefore(measurements.endNanos()))
          .filter(missed -> missed > 0)
          .ifPresent(missed -> measurements.errors().add("never begun", missed));
    }
  }

  private void turnUntilOver() throws IOException {
    long now = System.nanoTime();
    long looked = now;
    while (!isOver(now)) {
      beginDue(now);
      await(now);
      now = System.nanoTime();
      if (now - looked >= LOOK_EVERY_NANOS) {
        looked = now;
        for (LoadClient client : clients) {
          client.look(now);
        }
      }
    }
  }

  private boolean isOver(long now) {
    if (aborted) {
      return true;
    }
    return measurements.isOver(now)
        && (idle.size() == clients.size() || measurements.isOver(now - LAST_ANSWERS_NANOS));
  }

  /** Lets idle clients begin what is due; in a closed loop that is whoever is idle. */
  private void beginDue(long now) {
    while (!idle.isEmpty() && !measurements.isOver(now)) {
      if (schedule.isEmpty()) {
        idle.pop().begin(draw(), now, now);
      } else if (schedule.get().isDue(now)) {
        idle.pop().begin(draw(), schedule.get().take(), now);
      } else {
        return;
      }
    }
  }

  private Kind draw() {
    int drawn = dice.below(100);
    if (drawn < plan.localReadPercent()) {
      return Kind.LOCAL_READ;
    }
    return drawn < plan.localReadPercent() + plan.linearizablePercent()
        ? Kind.LINEARIZABLE_READ
        : Kind.WRITE;
  }

  private void await(long now) throws IOException {
    long wait = LOOK_EVERY_NANOS;
    if (schedule.isPresent() && !idle.isEmpty()) {
      wait = Math.clamp(schedule.get().nextNanos() - now, 0, wait);
    }
    if (wait >= MILLI_NANOS) {
      selector.select(onReady, wait / MILLI_NANOS);
    } else if (selector.selectNow(onReady) == 0 && wait > 0) {
      LockSupport.parkNanos(Math.min(wait, SHORT_WAIT_NANOS));
    }
  }

  private void onReady(SelectionKey key) {
    ((Connection) key.attachment()).onReady(buffer);
  }

  /** A client's request has ended. */
  void onIdle(LoadClient client, long now) {
    if (schedule.isEmpty() && !measurements.isOver(now)) {
      client.begin(draw(), now, now);
    } else {
      idle.push(client);
      if (schedule.isPresent()) {
        beginDue(now);
      }
    }
  }

  /** Lines were acknowledged. */
  void acknowledged(Leadership.Leader by, IndexScanner indexes, long now) {
    writeGap.acknowledged(by, now);
    if (acknowledgements.isPresent()) {
      for (int i = 0; i < indexes.count(); i++) {
        acknowledgements.get().add(indexes.index(i), now);
      }
    }
  }
}
