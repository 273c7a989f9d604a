package dchat.sim;

import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's scheduler under virtual time. Pekko creates it before anything else of an actor system,
 * so it is what the {@link EventLoop} of that system hangs on: no static state is needed.
 */
public final class VirtualScheduler extends AbstractScheduler implements Closeable {
  private final EventLoop loop = new EventLoop();

  /** Called by Pekko, which finds the class by {@code pekko.scheduler.implementation}. */
  public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threadFactory) {}

  EventLoop loop() {
    return loop;
  }

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable runnable, ExecutionContext executor) {
    return new Once(loop.schedule(delay.toNanos(), () -> executor.execute(runnable)));
  }

  // Deprecated for callers, yet still what Pekko wants implemented.
  @SuppressWarnings("deprecation")
  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable runnable,
      ExecutionContext executor) {
    Repeated repeated = new Repeated(interval.toNanos(), runnable, executor);
    repeated.timer = loop.schedule(initialDelay.toNanos(), repeated::fire);
    return repeated;
  }

  @Override
  public double maxFrequency() {
    return 1_000_000;
  }

  @Override
  public void close() {
    loop.close();
  }

  private record Once(EventLoop.Timer timer) implements Cancellable {
    @Override
    public boolean cancel() {
      return timer.cancel();
    }

    @Override
    public boolean isCancelled() {
      return timer.isDone();
    }
  }

  private final class Repeated implements Cancellable {
    private final long intervalNanos;
    private final Runnable runnable;
    private final ExecutionContext executor;
    private EventLoop.Timer timer;
    private boolean cancelled;

    private Repeated(long intervalNanos, Runnable runnable, ExecutionContext executor) {
      this.intervalNanos = intervalNanos;
      this.runnable = runnable;
      this.executor = executor;
    }

    private void fire() {
      timer = loop.schedule(intervalNanos, this::fire);
      executor.execute(runnable);
    }

    @Override
    public boolean cancel() {
      boolean first = !cancelled;
      cancelled = true;
      timer.cancel();
      return first;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}
