package dchat.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Keeps one address from taking a node from all others: so many requests at once, then so many per
 * second. Every request passes here, so it counts without a lock. Safe for concurrent use.
 */
final class RequestLimits {
  /**
   * The keys under {@code dchat.http.limits}.
   *
   * @param perSecond 0 for no limit
   * @param exempt who isn't counted
   */
  record Rate(int perSecond, int atOnce, List<Network> exempt) {}

  /** Beyond so many addresses further ones aren't counted until others have been forgotten. */
  private static final int MOST_ADDRESSES = 50_000;

  private static final long BETWEEN_SWEEPS_NANOS = 1_000_000_000L;
  private static final int SITE_BYTES = 8;

  private final Callers callers;
  private final Rate rate;
  private final long intervalNanos;
  private final LongSupplier nanoTime;

  /** When the bucket of an address will be full again. */
  private final Map<InetAddress, AtomicLong> fullAtNanos = new ConcurrentHashMap<>();

  private final AtomicLong nextSweepNanos;

  RequestLimits(Rate rate, Callers callers, LongSupplier nanoTime) {
    this.rate = rate;
    this.callers = callers;
    this.nanoTime = nanoTime;
    intervalNanos = rate.perSecond() == 0 ? 0 : 1_000_000_000L / rate.perSecond();
    nextSweepNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /** Counts a request; why it is too much, if it is. */
  Optional<Problem> refusal(HttpRequest request) {
    if (rate.perSecond() == 0) {
      return Optional.empty();
    }
    Optional<InetAddress> caller = callers.of(request);
    return caller.isEmpty() || isExempt(caller.get())
        ? Optional.empty()
        : tryTake(site(caller.get())).map(RequestLimits::tooMany);
  }

  private boolean isExempt(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Network network : rate.exempt()) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /** How long to wait for the next one, if there is none. */
  Optional<Duration> tryTake(InetAddress site) {
    long now = nanoTime.getAsLong();
    AtomicLong bucket = fullAtNanos.get(site);
    if (bucket == null) {
      if (fullAtNanos.size() >= MOST_ADDRESSES && !sweep(now)) {
        return Optional.empty();
      }
      bucket = fullAtNanos.computeIfAbsent(site, added -> new AtomicLong(now));
    }
    while (true) {
      long before = bucket.get();
      long fullAt = (before - now > 0 ? before : now) + intervalNanos;
      long wait = fullAt - now - rate.atOnce() * intervalNanos;
      if (wait > 0) {
        return Optional.of(Duration.ofNanos(wait));
      }
      if (bucket.compareAndSet(before, fullAt)) {
        return Optional.empty();
      }
    }
  }

  /** Forgets whose buckets are full again; false if there is no room after that. */
  private boolean sweep(long now) {
    long due = nextSweepNanos.get();
    if (now - due >= 0 && nextSweepNanos.compareAndSet(due, now + BETWEEN_SWEEPS_NANOS)) {
      fullAtNanos.values().removeIf(fullAt -> fullAt.get() - now <= 0);
    }
    return fullAtNanos.size() < MOST_ADDRESSES;
  }

  /** In IPv6 everybody has 2^64 addresses: the network counts. */
  private static InetAddress site(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, SITE_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Problem tooMany(Duration wait) {
    return Problem.of(
            ProblemType.TOO_MANY_REQUESTS, "Too many requests from this address; wait a little.")
        .with("Retry-After", Long.toString(wait.toSeconds() + 1));
  }
}
