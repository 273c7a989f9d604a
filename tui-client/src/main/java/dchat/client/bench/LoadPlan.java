package dchat.client.bench;

import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What load to make, and for how long.
 *
 * @param clients how many requests may be under way at once; each client has a connection of its
 *     own, and in a closed loop sends its next request when the one before is answered
 * @param ratePerSecond requests begun per second whatever becomes of them (open loop); empty for a
 *     closed loop
 * @param warmup load that is made first and not measured
 * @param duration how long to measure; with failovers the measurement lasts as long as they take
 * @param textBytes length of a line's text
 * @param rooms how many rooms the lines are spread over, 1 to {@value #MAX_ROOMS}
 * @param linesPerRequest more than 1 sends an array of commands
 * @param localReadPercent how many of 100 requests read what a node has
 * @param linearizablePercent how many of 100 requests read what the cluster has
 * @param subscribers event streams, spread over the nodes
 * @param failovers how many times the leader is killed
 */
public record LoadPlan(
    int clients,
    OptionalDouble ratePerSecond,
    Duration warmup,
    Duration duration,
    int textBytes,
    int rooms,
    int linesPerRequest,
    int localReadPercent,
    int linearizablePercent,
    int subscribers,
    int failovers) {

  /** Names of rooms have a fixed width, so that a request can be changed in place. */
  public static final int MAX_ROOMS = 999;

  /** What there is to measure. */
  Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    if (localReadPercent + linearizablePercent < 100) {
      kinds.add(Kind.WRITE);
    }
    if (localReadPercent > 0) {
      kinds.add(Kind.LOCAL_READ);
    }
    if (linearizablePercent > 0) {
      kinds.add(Kind.LINEARIZABLE_READ);
    }
    if (subscribers > 0) {
      kinds.add(Kind.DELIVERY);
    }
    return kinds;
  }

  /** The name of room {@code i}, from 1 on. */
  static String room(int i) {
    return "bench-%03d".formatted(i);
  }
}
