package dchat.sim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** One node's two clocks: a monotonic one that runs a little wrong, and one that jumps. */
final class NodeClock implements LongSupplier, InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Simulation simulation;
  private final long offsetNanos;
  private final double rate;
  private long jumpedMillis;

  /**
   * @param offsetNanos what the monotonic clock says when the run begins
   * @param rate how fast it goes, 1 being right
   */
  NodeClock(Simulation simulation, long offsetNanos, double rate) {
    this.simulation = simulation;
    this.offsetNanos = offsetNanos;
    this.rate = rate;
  }

  @Override
  public long getAsLong() {
    return offsetNanos + (long) (simulation.nowNanos() * rate);
  }

  @Override
  public Instant instant() {
    return START.plusNanos(simulation.nowNanos()).plusMillis(jumpedMillis);
  }

  /** Moves the wall clock, forth or back. */
  void jump(long millis) {
    jumpedMillis += millis;
  }
}
