package dchat.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What goes wrong in a run: which kinds of faults there are, how often, whom they hit and when they
 * end is all drawn from the seed. Few kinds at a time find more than all at once.
 */
final class Mischief implements SimulatedCluster.MomentListener {

  /** One kind of fault. */
  enum Kind {
    KILL,
    POWER_CUT,
    BLACKOUT,
    KILL_AT_MOMENT,
    HALT,
    ISOLATE,
    SPLIT,
    ONE_WAY,
    BAD_NETWORK,
    SLOW_DISK,
    FAILING_DISK,
    FULL_DISK,
    FAILING_STATE,
    WALL_CLOCK
  }

  private final SimulatedCluster cluster;
  private final Simulation simulation;
  private final RandomGenerator random;
  private final List<Kind> kinds;
  private final long meanPauseNanos;
  private final long maxFaultNanos;

  /** How many of four faults hit the leader for sure. */
  private final int likesLeader;

  private boolean over;
  private int count;

  Mischief(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.simulation = cluster.simulation();
    this.random = simulation.random("mischief");
    this.kinds = drawKinds();
    this.meanPauseNanos = Duration.ofMillis(50L << random.nextInt(7)).toNanos();
    this.maxFaultNanos = Duration.ofMillis(100L << random.nextInt(7)).toNanos();
    this.likesLeader = random.nextInt(4);
    simulation.trace().line(() -> "mischief " + kinds);
  }

  private List<Kind> drawKinds() {
    List<Kind> drawn = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (random.nextInt(3) == 0) {
        drawn.add(kind);
      }
    }
    return drawn;
  }

  void start() {
    if (!kinds.isEmpty()) {
      pause();
    }
  }

  /** How many faults there were. */
  int count() {
    return count;
  }

  /** Ends every fault: what is down comes back, what is cut is joined, disks work. */
  void end() {
    over = true;
    simulation.trace().line(() -> "the faults end");
    cluster.network().healAll();
    cluster.network().setWeather(Network.Weather.fair());
    for (SimulatedNode node : cluster.nodes()) {
      node.disk().setFull(false);
      node.disk().setSpeed(Disk.Speed.fast());
      node.state().setFailShare(0);
      node.resume();
      if (!node.isUp()) {
        node.start();
      }
    }
  }

  /** It is where a crash hurts most, so a crash in a run comes there more often than by chance. */
  @Override
  public void reached(SimulatedNode node, Moment moment) {
    boolean rare = moment == Moment.BEFORE_INSTALL || moment == Moment.AFTER_INSTALL;
    if (kinds.contains(Kind.KILL_AT_MOMENT) && random.nextInt(rare ? 4 : 200) == 0) {
      simulation.trace().line(() -> node.id() + " has come to " + moment);
      crash(node, random.nextBoolean());
    }
  }

  private void pause() {
    long nanos = (long) (-Math.log(1 - random.nextDouble()) * meanPauseNanos);
    simulation.after(
        nanos,
        () -> {
          if (!over) {
            count++;
            strike(kinds.get(random.nextInt(kinds.size())));
            pause();
          }
        });
  }

  private void strike(Kind kind) {
    SimulatedNode victim = victim();
    switch (kind) {
      case KILL -> crash(victim, false);
      case POWER_CUT -> crash(victim, true);
      case BLACKOUT -> cluster.nodes().forEach(node -> crash(node, true));
      case KILL_AT_MOMENT -> {}
      case HALT -> {
        victim.halt();
        endLater(victim::resume);
      }
      case ISOLATE -> cut(List.of(victim), others(victim), true);
      case SPLIT -> split();
      case ONE_WAY -> cut(List.of(victim), others(victim), false);
      case BAD_NETWORK -> {
        Network.Weather before = cluster.network().weather();
        cluster.network().setWeather(drawWeather());
        endLater(() -> cluster.network().setWeather(before));
      }
      case SLOW_DISK -> {
        victim.disk().setSpeed(drawSlow());
        endLater(() -> victim.disk().setSpeed(Disk.Speed.fast()));
      }
      case FAILING_DISK -> {
        victim.disk().setSpeed(new Disk.Speed(100_000, 5_000_000, 0, 0, random.nextDouble(0.5)));
        endLater(() -> victim.disk().setSpeed(Disk.Speed.fast()));
      }
      case FULL_DISK -> {
        victim.disk().setFull(true);
        endLater(() -> victim.disk().setFull(false));
      }
      case FAILING_STATE -> {
        victim.state().setFailShare(random.nextDouble());
        endLater(() -> victim.state().setFailShare(0));
      }
      case WALL_CLOCK -> victim.clock().jump(random.nextLong(-86_400_000, 86_400_000));
    }
  }

  private SimulatedNode victim() {
    List<SimulatedNode> nodes = cluster.nodes();
    Optional<SimulatedNode> leader = cluster.leader();
    return leader.isPresent() && random.nextInt(4) < likesLeader
        ? leader.get()
        : nodes.get(random.nextInt(nodes.size()));
  }

  private List<SimulatedNode> others(SimulatedNode node) {
    return cluster.nodes().stream().filter(other -> other != node).toList();
  }

  private void crash(SimulatedNode node, boolean powerCut) {
    if (over || !node.isUp()) {
      return;
    }
    node.crash(powerCut);
    endLater(
        () -> {
          if (!node.isUp()) {
            node.start();
          }
        });
  }

  private void split() {
    List<SimulatedNode> one = new ArrayList<>();
    List<SimulatedNode> other = new ArrayList<>();
    cluster.nodes().forEach(node -> (random.nextBoolean() ? one : other).add(node));
    cut(one, other, true);
  }

  /** Cuts some or all links from one side to the other, and back if asked; heals all at once. */
  private void cut(List<SimulatedNode> from, List<SimulatedNode> to, boolean bothWays) {
    boolean all = random.nextInt(3) > 0;
    List<Runnable> heal = new ArrayList<>();
    for (SimulatedNode a : from) {
      for (SimulatedNode b : to) {
        if (all || random.nextBoolean()) {
          heal.add(cutLink(a, b));
          if (bothWays) {
            heal.add(cutLink(b, a));
          }
        }
      }
    }
    endLater(() -> heal.forEach(Runnable::run));
  }

  /** Returns what mends it. */
  private Runnable cutLink(SimulatedNode from, SimulatedNode to) {
    cluster.network().cut(from.id().value(), to.id().value());
    return () -> cluster.network().heal(from.id().value(), to.id().value());
  }

  private Network.Weather drawWeather() {
    return new Network.Weather(
        50_000,
        1_000_000L << random.nextInt(9),
        random.nextBoolean() ? random.nextDouble(0.3) : 0,
        random.nextBoolean() ? random.nextDouble(0.2) : 0,
        random.nextBoolean() ? random.nextDouble(0.1) : 0,
        1_000_000_000L << random.nextInt(3),
        random.nextBoolean());
  }

  private Disk.Speed drawSlow() {
    return new Disk.Speed(
        1_000_000,
        2_000_000L << random.nextInt(9),
        random.nextBoolean() ? random.nextDouble(0.1) : 0,
        1_000_000_000L << random.nextInt(3),
        0);
  }

  private void endLater(Runnable end) {
    simulation.after(
        random.nextLong(maxFaultNanos),
        () -> {
          if (!over) {
            end.run();
          }
        });
  }
}
