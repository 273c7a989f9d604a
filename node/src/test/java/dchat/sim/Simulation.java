package dchat.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * One run: a seed, a virtual clock that starts at zero, and actors that take their steps one at a
 * time in an order drawn from the seed. The same seed gives the same run, step by step.
 */
final class Simulation implements AutoCloseable {
  private static final Duration LONGEST_GOODBYE = Duration.ofMinutes(5);

  private final long seed;
  private final SimulatedSystem world;
  private final EventLoop loop;
  private final Trace trace;
  private final SplittableSeed seeds;
  private final RandomGenerator picks;
  private final LogCapture log;
  private final Set<String> halted = new TreeSet<>();
  private final Deque<ActorRef<?>> actors = new ArrayDeque<>();
  private Optional<Violation> failure = Optional.empty();
  private boolean closing;

  private Simulation(SimulatedSystem world, long seed, Trace trace) {
    this.world = world;
    this.loop = world.loop();
    this.seed = seed;
    this.trace = trace;
    this.seeds = new SplittableSeed(seed);
    this.picks = random("picks");
    this.log = LogCapture.of(this);
  }

  /** Begins a run in a world in which no other run is under way. */
  static Simulation begin(SimulatedSystem world, long seed, Trace trace) {
    Simulation simulation = new Simulation(world, seed, trace);
    RandomGenerator habits = simulation.random("habits");
    EventLoop.Order[] orders = EventLoop.Order.values();
    EventLoop.Order order = orders[habits.nextInt(orders.length)];
    long maxStepNanos = 1_000L << habits.nextInt(6);
    world.loop().begin(order, maxStepNanos);
    trace.useClock(world.loop()::nowNanos);
    trace.line(() -> "seed " + seed + ", " + order + ", steps up to " + maxStepNanos + " ns");
    return simulation;
  }

  SimulatedSystem world() {
    return world;
  }

  long seed() {
    return seed;
  }

  Trace trace() {
    return trace;
  }

  /**
   * A source of random numbers of its own for each purpose, so that asking one more often doesn't
   * change what the others say.
   */
  RandomGenerator random(String purpose) {
    return seeds.forPurpose(purpose);
  }

  /** Virtual nanoseconds since the run began: monotonic, as {@link System#nanoTime} is. */
  long nowNanos() {
    return loop.nowNanos();
  }

  long steps() {
    return loop.steps();
  }

  /** A fingerprint of the run so far: equal for equal runs, kept also when nothing is traced. */
  long digest() {
    return loop.digest();
  }

  /** Runs {@code action} after a virtual delay, between the steps of actors, if the run lasts. */
  void after(long delayNanos, Runnable action) {
    loop.schedule(
        delayNanos,
        () -> {
          if (!closing) {
            action.run();
          }
        });
  }

  /**
   * Starts an actor.
   *
   * @param name of the node it belongs to; after a dot there may follow what tells it from others
   */
  <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    ActorRef<T> ref = Adapter.spawn(world.pekko(), behavior, name);
    actors.push(ref);
    return ref;
  }

  /**
   * Ends an actor and its children; none of them takes another message. Its name is free when the
   * steps this needs are taken.
   */
  void stop(ActorRef<?> actor) {
    actors.remove(actor);
    // Not ActorSystem.stop, which asks the guardian: the actor would go on until that is run.
    ((InternalActorRef) Adapter.toClassic(actor)).stop();
  }

  /** Holds a node back, as SIGSTOP does: its timers and mail pile up. */
  void halt(String node) {
    halted.add(node);
    loop.halt(loop.lane(node));
  }

  void resume(String node) {
    halted.remove(node);
    loop.resume(loop.lane(node));
  }

  /**
   * Ends the run: the step under way is the last. To be called where an exception wouldn't arrive
   * here, because an actor's supervision catches it.
   */
  void fail(Violation violation) {
    if (failure.isEmpty() && !closing) {
      trace.line(() -> "VIOLATION " + violation.getMessage());
      trace.end();
      failure = Optional.of(violation);
    }
  }

  /**
   * Takes steps until the condition holds; it is asked after each. Returns whether it does.
   *
   * @throws Violation if something must not have happened
   */
  boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long deadline = loop.nowNanos() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (loop.nowNanos() >= deadline || !loop.step(picks, deadline)) {
        return condition.getAsBoolean();
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
    return true;
  }

  /** Takes steps for a virtual time. */
  void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Stops every actor, newest first, and waits until nothing is left: the next run finds an empty
   * world.
   *
   * @throws IllegalStateException if something goes on: a timer that nobody cancels, for example
   */
  @Override
  public void close() {
    failure = Optional.empty();
    closing = true;
    List.copyOf(halted).forEach(this::resume);
    while (!actors.isEmpty()) {
      stop(actors.peek());
    }
    boolean idle = runUntil(loop::isIdle, LONGEST_GOODBYE);
    log.close();
    if (!idle) {
      throw new IllegalStateException("stopped actors left something running: " + loop);
    }
  }
}
