package dchat.sim;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.raft.JournalEvent;
import dchat.raft.PeerMessage;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;

/**
 * One run of a whole cluster from a seed: clients ask for things while faults happen; then the
 * faults end, and the cluster has to find together and to have kept every promise.
 */
final class ClusterRun {

  /** What a run amounted to. */
  record Summary(
      long seed,
      int nodes,
      Duration simulated,
      long steps,
      int faults,
      int leaderships,
      long committed,
      long acknowledged,
      long reads,
      int changes,
      Duration recovery,
      long digest) {}

  /** Longest time from the last fault to a cluster that agrees and serves every client. */
  static final Duration RECOVERY_BOUND = Duration.ofSeconds(20);

  private static final Config RAFT = ConfigFactory.load().getConfig("dchat.raft");

  private final Simulation simulation;
  private final RandomGenerator random;
  private final SimulatedCluster cluster;
  private final History history;
  private final List<Client> clients;
  private final Mischief mischief;
  private final Operator operator;

  private ClusterRun(Simulation simulation) {
    this.simulation = simulation;
    this.random = simulation.random("profile");
    int size = drawSize();
    boolean serialized = random.nextInt(10) == 0;
    UnaryOperator<PeerMessage> wire =
        serialized ? throughSerializer(PeerMessage.class) : UnaryOperator.identity();
    UnaryOperator<JournalEvent> stored =
        serialized ? throughSerializer(JournalEvent.class) : UnaryOperator.identity();
    this.cluster =
        new SimulatedCluster(
            simulation,
            size,
            random.nextInt(4),
            drawSettings(),
            wire,
            (node, replyTo) ->
                SimulatedJournal.create(
                    simulation, node.disk(), node.bootstrap(), stored, replyTo));
    this.history = new History(simulation);
    simulation.trace().useHistory(history::events);
    double readShare = random.nextBoolean() ? random.nextDouble() : 0;
    this.clients =
        IntStream.rangeClosed(1, random.nextInt(1, 9))
            .mapToObj(n -> new Client(cluster, history, "c" + n, readShare, true))
            .toList();
    cluster.network().setWeather(drawClimate());
    this.mischief = new Mischief(cluster);
    this.operator = new Operator(cluster);
    cluster.listen(mischief);
  }

  static Summary run(SimulatedSystem world, long seed, Trace trace) {
    try (Simulation simulation = Simulation.begin(world, seed, trace)) {
      return new ClusterRun(simulation).run();
    }
  }

  private Summary run() {
    cluster.nodes().forEach(SimulatedNode::start);
    clients.forEach(Client::start);
    mischief.start();
    if (random.nextInt(3) > 0) {
      operator.start();
    }
    simulation.runFor(Duration.ofMillis(random.nextLong(5_000, 30_000)));
    mischief.end();
    operator.end();
    Duration recovery = recover();
    checkEnd();
    return new Summary(
        simulation.seed(),
        cluster.nodes().size(),
        Duration.ofNanos(simulation.nowNanos()),
        simulation.steps(),
        mischief.count(),
        cluster.safety().leaderships(),
        cluster.safety().committed(),
        history.acknowledged(),
        history.reads(),
        operator.done(),
        recovery,
        simulation.digest());
  }

  /** Without faults a new command is committed before long, and everybody comes to know it. */
  private Duration recover() {
    long began = simulation.nowNanos();
    Client last = new Client(cluster, history, "last", 0, false);
    long acknowledged = history.acknowledged();
    last.start();
    boolean served =
        simulation.runUntil(() -> history.acknowledged() > acknowledged, RECOVERY_BOUND);
    last.stop();
    clients.forEach(Client::stop);
    if (!served || !simulation.runUntil(cluster::isSettled, RECOVERY_BOUND)) {
      throw new Violation(
          "%s after the last fault the cluster still %s: %s"
              .formatted(
                  Duration.ofNanos(simulation.nowNanos() - began),
                  served ? "doesn't agree" : "commits nothing",
                  cluster.nodes().stream().map(SimulatedNode::status).toList()));
    }
    return Duration.ofNanos(simulation.nowNanos() - began);
  }

  private void checkEnd() {
    for (SimulatedNode node : cluster.nodes()) {
      cluster.safety().requireReplayEqualsLog(node.id(), node.bootstrap(), node.disk().stored());
    }
    List<SimulatedNode> members = cluster.members();
    SortedMap<Long, String> effects = members.getFirst().state().effects();
    for (SimulatedNode node : members) {
      if (!node.state().effects().equals(effects)) {
        throw new Violation(node.id() + " and " + members.getFirst().id() + " differ");
      }
      history.check(node.id().value(), node.state().effects());
    }
    history.checkWhole();
  }

  private int drawSize() {
    int draw = random.nextInt(20);
    return draw == 0 ? 1 : draw == 1 ? 2 : draw == 2 ? 4 : draw < 13 ? 3 : 5;
  }

  /** The network without a fault: mostly good, sometimes so slow that elections hardly succeed. */
  private Network.Weather drawClimate() {
    return switch (random.nextInt(6)) {
      case 0 -> Network.Weather.slow(5_000_000, true);
      case 1 -> Network.Weather.slow(50_000_000, random.nextBoolean());
      case 2 -> Network.Weather.slow(400_000_000, random.nextBoolean());
      default -> Network.Weather.fair();
    };
  }

  /** Mostly the defaults; sometimes bounds so small that every run meets them. */
  private Config drawSettings() {
    if (random.nextBoolean()) {
      return RAFT;
    }
    return ConfigFactory.parseString(
            """
            replication.max-batch-bytes = %d
            replication.max-in-flight-bytes = %d
            replication.max-in-flight-batches = %d
            proposals.max-in-flight = %d
            apply.max-batch-entries = %d
            compaction.after-entries = %d
            compaction.after-bytes = %d
            compaction.keep-entries = %d
            compaction.keep-for-peers-bytes = %7$d
            replication.max-in-flight-partial-batches = %3$d
            """
                .formatted(
                    1 << random.nextInt(6, 12),
                    1 << random.nextInt(12, 16),
                    random.nextInt(1, 9),
                    1 << random.nextInt(1, 8),
                    1 << random.nextInt(0, 5),
                    1 << random.nextInt(4, 10),
                    1 << random.nextInt(10, 20),
                    random.nextInt(16)))
        .withFallback(RAFT);
  }

  private <T> UnaryOperator<T> throughSerializer(Class<T> type) {
    Serialization serialization = SerializationExtension.get(simulation.world().pekko());
    return message -> {
      var serializer = serialization.findSerializerFor(message);
      String manifest = org.apache.pekko.serialization.Serializers.manifestFor(serializer, message);
      byte[] bytes = serializer.toBinary(message);
      return type.cast(serialization.deserialize(bytes, serializer.identifier(), manifest).get());
    };
  }
}
