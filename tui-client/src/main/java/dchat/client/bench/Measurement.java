package dchat.client.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Starts the load's threads, takes from them second by second what they noted, and ends them. */
final class Measurement {
  private static final Duration STREAMS_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LAST_DELIVERIES = Duration.ofSeconds(5);
  private static final Duration UNTIL_TOLD = Duration.ofDays(365);
  private static final long LOOK_EVERY_MILLIS = 50;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final LoadPlan plan;
  private final List<Target> nodes;
  private final Leadership leadership;
  private final Selector forLoad;
  private final Selector forStreams;
  private final Consumer<LoadRun.Progress> progress;
  private final CountDownLatch aborted;
  private final Measurements measurements = new Measurements();
  private final Map<Kind, Histogram> totals = new EnumMap<>(Kind.class);
  private final List<Duration> gaps = new ArrayList<>();
  private Optional<HistogramLog> log = Optional.empty();
  private long cpuBeforeNanos;

  Measurement(
      LoadPlan plan,
      List<Target> nodes,
      Leadership leadership,
      Selector forLoad,
      Selector forStreams,
      Consumer<LoadRun.Progress> progress,
      CountDownLatch aborted) {
    this.plan = plan;
    this.nodes = nodes;
    this.leadership = leadership;
    this.forLoad = forLoad;
    this.forStreams = forStreams;
    this.progress = progress;
    this.aborted = aborted;
    for (Kind kind : plan.kinds()) {
      totals.put(kind, Measurements.histogram());
    }
  }

  /**
   * Measures until the plan is fulfilled or the run is aborted.
   *
   * @param after index of the last event before the measurement
   * @throws IOException when streams can't be opened, or a killed node doesn't come back
   */
  Report run(Victims victims, Optional<Path> logFile, long after)
      throws IOException, InterruptedException {
    Optional<Acknowledgements> acknowledgements =
        plan.subscribers() > 0 ? Optional.of(new Acknowledgements()) : Optional.empty();
    Optional<SubscriberLoop> streams =
        acknowledgements.map(
            a -> new SubscriberLoop(plan.subscribers(), nodes, after, forStreams, measurements, a));
    Optional<Future<?>> streaming = streams.map(s -> start("streams", Executors.callable(s)));
    if (streams.isPresent() && !streams.get().awaitLive(STREAMS_PATIENCE)) {
      streams.get().abort();
      throw new IOException(
          "not all %d event streams could be opened".formatted(plan.subscribers()));
    }
    WriteGap writeGap = new WriteGap();
    long begin = System.nanoTime() + plan.warmup().toNanos();
    Duration duration = plan.failovers() > 0 ? UNTIL_TOLD : plan.duration();
    measurements.open(begin, begin + duration.toNanos());
    if (logFile.isPresent()) {
      log =
          Optional.of(
              new HistogramLog(
                  logFile.get(), System.currentTimeMillis() + plan.warmup().toMillis()));
    }
    LoadLoop load =
        new LoadLoop(plan, nodes, leadership, forLoad, measurements, acknowledgements, writeGap);
    Future<?> loading = start("load", Executors.callable(load));
    try {
      watch(loading, victims, writeGap);
      if (isAborted()) {
        load.abort();
        streams.ifPresent(SubscriberLoop::abort);
      }
      result(loading);
      awaitDeliveries(streams, streaming);
    } finally {
      load.abort();
      streams.ifPresent(SubscriberLoop::abort);
      takeSecond(System.nanoTime());
      log.ifPresent(HistogramLog::close);
    }
    return report();
  }

  private static <T> Future<T> start(String name, Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future, "bench-" + name);
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private boolean isAborted() {
    return aborted.getCount() == 0;
  }

  /** Reports every second until the load has ended, or is to end at once. */
  private void watch(Future<?> loading, Victims victims, WriteGap writeGap)
      throws IOException, InterruptedException {
    progress.accept(new LoadRun.Progress.WarmingUp());
    Optional<Future<?>> killing = Optional.empty();
    boolean measuring = false;
    long tick = measurements.beginNanos();
    while (!loading.isDone() && !aborted.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      if (!measuring && now - measurements.beginNanos() >= 0) {
        measuring = true;
        cpuBeforeNanos = cpuNanos();
        if (plan.failovers() > 0) {
          killing = Optional.of(start("failovers", failovers(victims, writeGap)));
        }
      }
      if (killing.isPresent() && killing.get().isDone()) {
        result(killing.get());
        measurements.endNow();
      }
      if (now - tick >= SECOND_NANOS) {
        takeSecond(now);
        tick += SECOND_NANOS;
      }
    }
    killing.ifPresent(k -> k.cancel(true));
    measurements.endNow();
  }

  private Callable<Void> failovers(Victims victims, WriteGap writeGap) {
    return new Failovers(plan.failovers(), leadership, victims, writeGap, this::onGap);
  }

  private void onGap(Duration gap) {
    synchronized (gaps) {
      gaps.add(gap);
    }
    progress.accept(new LoadRun.Progress.Gap(gap));
  }

  private void awaitDeliveries(Optional<SubscriberLoop> streams, Optional<Future<?>> streaming)
      throws IOException, InterruptedException {
    if (streams.isEmpty() || streaming.isEmpty() || isAborted()) {
      return;
    }
    streams.get().finish();
    try {
      streaming.get().get(LAST_DELIVERIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      measurements.errors().add("stream behind at the end", streams.get().behind());
    } catch (ExecutionException e) {
      throw cause(e);
    }
  }

  private static void result(Future<?> future) throws IOException, InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw cause(e);
    }
  }

  private static IOException cause(ExecutionException e) {
    return e.getCause() instanceof IOException io
        ? io
        : new IOException("a fault in the load generator: " + e.getCause(), e.getCause());
  }

  private void takeSecond(long now) {
    long lines = 0;
    long reads = 0;
    long p99 = 0;
    for (Map.Entry<Kind, Histogram> total : totals.entrySet()) {
      Kind kind = total.getKey();
      Histogram interval = measurements.takeInterval(kind);
      total.getValue().add(interval);
      log.ifPresent(l -> l.write(kind, interval));
      switch (kind) {
        case WRITE -> {
          lines = interval.getTotalCount() * plan.linesPerRequest();
          p99 = interval.getValueAtPercentile(99);
        }
        case LOCAL_READ, LINEARIZABLE_READ -> reads += interval.getTotalCount();
        case DELIVERY -> {}
      }
    }
    Duration left = Duration.ofNanos(Math.max(0, measurements.endNanos() - now));
    progress.accept(
        new LoadRun.Progress.Second(lines, reads, p99, measurements.errors().total(), left));
  }

  private Report report() {
    double seconds =
        Math.max(0, measurements.endNanos() - measurements.beginNanos()) / (double) SECOND_NANOS;
    Map<Kind, Long> completed = new EnumMap<>(Kind.class);
    totals.keySet().forEach(kind -> completed.put(kind, measurements.completed(kind)));
    List<Duration> measuredGaps;
    synchronized (gaps) {
      measuredGaps = List.copyOf(gaps);
    }
    return new Report(
        plan,
        nodes.size(),
        seconds,
        totals,
        completed,
        measurements.errors().byKind(),
        measurements.retries().byKind(),
        measuredGaps,
        Duration.ofNanos(Math.max(0, cpuNanos() - cpuBeforeNanos)));
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
