package dchat.process;

import dchat.history.Recorder;
import dchat.history.Workload;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;

/**
 * Does to a cluster under load what machines and operators do to it, one thing after another. Waits
 * for progress, never for a time: what it waits for is that clients are served again.
 */
final class Adversary {

  /** What it can do. */
  enum Fault {
    KILL_LEADER,
    KILL_FOLLOWER,
    KILL_TWO,
    KILL_ALL,
    PAUSE_LEADER,
    PAUSE_FOLLOWER,
    PAUSE_BRIEFLY,
    STOP_LEADER,
    TRANSFER
  }

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int MOST_READS = 8;

  private final ProcessCluster cluster;
  private final Recorder history;
  private final Workload clients;
  private final Random random;
  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

  Adversary(ProcessCluster cluster, Recorder history, Workload clients, Random random) {
    this.cluster = cluster;
    this.history = history;
    this.clients = clients;
    this.random = random;
  }

  /** How often it did each. */
  Map<Fault, Integer> done() {
    return done;
  }

  void doAnything() throws Exception {
    Fault[] all = Fault.values();
    inflict(all[random.nextInt(all.length)]);
  }

  /** Inflicts it and makes good again; clients are being served at the end. */
  void inflict(Fault fault) throws Exception {
    NodeProcess leader = cluster.awaitLeader();
    NodeProcess follower = cluster.nodesBut(leader).get(random.nextInt(2));
    switch (fault) {
      case KILL_LEADER -> kill(leader);
      case KILL_FOLLOWER -> kill(follower);
      case KILL_TWO -> killAtOnce(List.of(leader, follower));
      case KILL_ALL -> killAtOnce(cluster.nodes());
      case PAUSE_LEADER -> pause(leader);
      case PAUSE_FOLLOWER -> pause(follower);
      case PAUSE_BRIEFLY -> pauseBriefly(random.nextBoolean() ? leader : follower);
      case STOP_LEADER -> stop(leader);
      case TRANSFER -> leader.transferLeadership(follower);
    }
    awaitProgress();
    done.merge(fault, 1, Integer::sum);
  }

  private void kill(NodeProcess node) {
    node.kill();
    awaitProgress();
    start(List.of(node));
  }

  private void killAtOnce(List<NodeProcess> nodes) {
    nodes.forEach(NodeProcess::kill);
    start(nodes);
  }

  private void stop(NodeProcess node) {
    node.terminate();
    if (node.awaitExit() != 0) {
      throw new AssertionError(node.id() + " was told to stop and ended otherwise");
    }
    start(List.of(node));
  }

  /** What follows finds them sometimes ready, sometimes still starting. */
  private void start(List<NodeProcess> nodes) {
    nodes.forEach(cluster::start);
    if (random.nextBoolean()) {
      nodes.forEach(cluster::awaitReady);
    }
  }

  /**
   * Others elect a leader and acknowledge lines meanwhile. What waits for the sleeper when it wakes
   * are reads: if it answers one as if it still led, that read is stale.
   */
  private void pause(NodeProcess node) throws Exception {
    node.pause();
    awaitProgress();
    List<Future<?>> reads =
        clients.beginReads(node.uri("/"), 1 + random.nextInt(MOST_READS), ANSWER);
    awaitProgress();
    node.resume();
    for (Future<?> read : reads) {
      read.get();
    }
  }

  /** About as long as an election timeout, so that it ends before, while or after others notice. */
  private void pauseBriefly(NodeProcess node) {
    node.pause();
    for (int i = random.nextInt(40); i >= 0; i--) {
      Await.pause();
    }
    node.resume();
  }

  private void awaitProgress() {
    long goal = history.acknowledged() + 10 + random.nextInt(40);
    Await.until(
        goal + " lines are acknowledged",
        ProcessCluster.SOON,
        () -> history.acknowledged() >= goal);
  }
}
