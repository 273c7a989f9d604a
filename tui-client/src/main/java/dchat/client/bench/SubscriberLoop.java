package dchat.client.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread that reads all event streams, and measures how long after its acknowledgement a line
 * came.
 */
final class SubscriberLoop implements Runnable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final Measurements measurements;
  private final Acknowledgements acknowledgements;
  private final Selector selector;
  private final Consumer<SelectionKey> onReady = this::onReady;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final CountDownLatch notLive;

  /** All is well once every stream has come so far. */
  private volatile long goal = FOR_EVER;

  private volatile boolean aborted;

  /**
   * @param after index of the last event that the streams needn't tell
   */
  SubscriberLoop(
      int count,
      List<Target> nodes,
      long after,
      Selector selector,
      Measurements measurements,
      Acknowledgements acknowledgements) {
    this.selector = selector;
    this.measurements = measurements;
    this.acknowledgements = acknowledgements;
    notLive = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      subscribers.add(new Subscriber(this, nodes, i, after));
    }
  }

  /** Waits until all streams are open; false when that takes too long. */
  boolean awaitLive(Duration patience) throws InterruptedException {
    return notLive.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The load is over: ends as soon as all streams have the last line. */
  void finish() {
    goal = acknowledgements.highest();
    selector.wakeup();
  }

  void abort() {
    aborted = true;
    selector.wakeup();
  }

  /** How many streams don't have the last line. */
  long behind() {
    return subscribers.stream().filter(s -> s.last() < goal).count();
  }

  @Override
  public void run() {
    try {
      long now = System.nanoTime();
      for (Subscriber subscriber : subscribers) {
        subscriber.subscribe(selector, now);
      }
      while (!isOver()) {
        selector.select(onReady, LOOK_EVERY_MILLIS);
        long looked = System.nanoTime();
        if (looked - now >= LOOK_EVERY_MILLIS * 1_000_000) {
          now = looked;
          for (Subscriber subscriber : subscribers) {
            subscriber.look(selector, now);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      subscribers.forEach(Subscriber::end);
    }
  }

  /** Streams are counted only at the end, not at every turn. */
  private boolean isOver() {
    return aborted || goal != FOR_EVER && behind() == 0;
  }

  private void onReady(SelectionKey key) {
    ((Connection) key.attachment()).onReady(buffer);
  }

  void onLive() {
    notLive.countDown();
  }

  void onBroken(String reason, long now) {
    measurements.retried(reason, now);
  }

  void arrived(long index, long now) {
    long acknowledged = acknowledgements.find(index);
    if (acknowledged == Acknowledgements.FORGOTTEN) {
      measurements.failed("delivery too late to be measured", now, 1);
    } else {
      boolean early = acknowledged == Acknowledgements.EARLY;
      measurements.done(Kind.DELIVERY, early ? now : acknowledged, now, 1);
    }
  }
}
