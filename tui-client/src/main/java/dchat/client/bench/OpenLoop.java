package dchat.client.bench;

/**
 * When requests of an open loop are to begin: at a steady rate, whatever becomes of them. Who is
 * late sends at once, and counts from when it should have been sent: so a server that stands still
 * for a second is seen to have kept everybody waiting who came in that second.
 */
final class OpenLoop {
  private final long startNanos;
  private final double intervalNanos;
  private long taken;

  OpenLoop(double ratePerSecond, long startNanos) {
    this.startNanos = startNanos;
    intervalNanos = 1e9 / ratePerSecond;
  }

  /** When the next request is to begin. Computed, not added up: the rate doesn't drift. */
  long nextNanos() {
    return startNanos + (long) (taken * intervalNanos);
  }

  boolean isDue(long nowNanos) {
    return nextNanos() - nowNanos <= 0;
  }

  /** Takes the next request, and tells when it was to begin. */
  long take() {
    long intended = nextNanos();
    taken++;
    return intended;
  }

  /** How many requests not taken yet were to begin before then. */
  long missedBefore(long nanos) {
    long planned = (long) Math.ceil((nanos - startNanos) / intervalNanos);
    return Math.max(0, planned - taken);
  }
}
