package dchat.raft;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;

/** The monotonic clock and the scheduler of a test, moved together and only by it. */
final class ManualClock implements LongSupplier {
  private final AtomicLong nanos = new AtomicLong();
  private final ManualTime scheduler;

  ManualClock(ManualTime scheduler) {
    this.scheduler = scheduler;
  }

  void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    scheduler.timePasses(duration);
  }

  @Override
  public long getAsLong() {
    return nanos.get();
  }
}
