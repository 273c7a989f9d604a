package dchat.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Carries messages between the nodes of a run, as badly as a network can: late, twice, in another
 * order or not at all. Everything it does is drawn from the run's seed.
 *
 * @param <M> what it carries
 */
final class Network<M> {

  /**
   * How it treats a message.
   *
   * @param minNanos the shortest way
   * @param maxNanos the longest ordinary way
   * @param dropShare of messages that never arrive, 0 to 1
   * @param duplicateShare of messages that arrive twice
   * @param straggleShare of messages that take up to {@code maxStraggleNanos} instead
   * @param inOrder whether a link keeps the order, as a TCP connection does
   */
  record Weather(
      long minNanos,
      long maxNanos,
      double dropShare,
      double duplicateShare,
      double straggleShare,
      long maxStraggleNanos,
      boolean inOrder) {

    /** Half a millisecond at most, nothing lost, everything in order. */
    static Weather fair() {
      return new Weather(50_000, 500_000, 0, 0, 0, 0, true);
    }

    /** Loses nothing, but takes its time. */
    static Weather slow(long maxNanos, boolean inOrder) {
      return new Weather(50_000, maxNanos, 0, 0, 0, 0, inOrder);
    }
  }

  private record Link(String from, String to) {}

  private final Simulation simulation;
  private final RandomGenerator random;
  private final UnaryOperator<M> wire;
  private final Function<M, String> text;
  private final Map<String, Consumer<M>> inboxes = new HashMap<>();
  private final Map<Link, Long> lastArrivals = new HashMap<>();
  private final Set<Link> cut = new HashSet<>();
  private Weather weather = Weather.fair();
  private long delivered;
  private long lost;

  /**
   * @param wire what becomes of a message on its way: the same object, or one that went through a
   *     serializer and back
   * @param text a message as the trace shows it
   */
  Network(Simulation simulation, UnaryOperator<M> wire, Function<M, String> text) {
    this.simulation = simulation;
    this.random = simulation.random("network");
    this.wire = wire;
    this.text = text;
  }

  void setWeather(Weather weather) {
    this.weather = weather;
    simulation.trace().line(() -> "network " + weather);
  }

  Weather weather() {
    return weather;
  }

  /** From now on what is sent to {@code node} goes to {@code inbox}. */
  void attach(String node, Consumer<M> inbox) {
    inboxes.put(node, inbox);
  }

  /** What arrives at {@code node} from now on is lost. */
  void detach(String node) {
    inboxes.remove(node);
  }

  /** Cuts one direction; what is under way there is lost. */
  void cut(String from, String to) {
    cut.add(new Link(from, to));
    simulation.trace().line(() -> "cut " + from + " -> " + to);
  }

  void heal(String from, String to) {
    cut.remove(new Link(from, to));
    simulation.trace().line(() -> "heal " + from + " -> " + to);
  }

  void healAll() {
    cut.clear();
    simulation.trace().line(() -> "heal all links");
  }

  long delivered() {
    return delivered;
  }

  long lost() {
    return lost;
  }

  void send(String from, String to, M message) {
    M carried = wire.apply(message);
    if (cut.contains(new Link(from, to)) || random.nextDouble() < weather.dropShare()) {
      lose(from, to, carried);
      return;
    }
    simulation.trace().line(() -> from + " -> " + to + " " + text.apply(carried));
    deliverLater(from, to, carried);
    if (random.nextDouble() < weather.duplicateShare()) {
      deliverLater(from, to, wire.apply(message));
    }
  }

  private void deliverLater(String from, String to, M message) {
    Link link = new Link(from, to);
    long arrival = simulation.nowNanos() + drawDelay();
    if (weather.inOrder()) {
      arrival = Math.max(arrival, lastArrivals.getOrDefault(link, 0L) + 1);
      lastArrivals.put(link, arrival);
    }
    simulation.after(arrival - simulation.nowNanos(), () -> arrive(link, message));
  }

  private long drawDelay() {
    boolean straggles =
        weather.straggleShare() > 0 && random.nextDouble() < weather.straggleShare();
    long most = straggles ? weather.maxStraggleNanos() : weather.maxNanos();
    return weather.minNanos() + random.nextLong(Math.max(1, most - weather.minNanos()));
  }

  private void arrive(Link link, M message) {
    Consumer<M> inbox = inboxes.get(link.to());
    if (inbox == null || cut.contains(link)) {
      lose(link.from(), link.to(), message);
    } else {
      delivered++;
      simulation.trace().line(() -> link.to() + " <- " + link.from() + " " + text.apply(message));
      inbox.accept(message);
    }
  }

  private void lose(String from, String to, M message) {
    lost++;
    simulation.trace().line(() -> from + " -x " + to + " " + text.apply(message));
  }
}
