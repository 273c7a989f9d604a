package dchat.sim;

import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Does one thing after another: proposes a command until it is done or a number of attempts is used
 * up, wherever it believes the leader to be, or reads at some node, linearizably.
 */
final class Client {
  private static final int MOST_ATTEMPTS = 30;

  private final SimulatedCluster cluster;
  private final History history;
  private final String name;
  private final RandomGenerator random;
  private final Questions questions;
  private final double readShare;
  private final int maxFillingBytes;
  private final Duration maxThinkTime;
  private final Duration timeout;

  /** Some go to one node whatever it says, and let it forward. */
  private final Optional<SimulatedNode> home;

  private Optional<SimulatedNode> believedLeader = Optional.empty();
  private int count;
  private boolean stopped;

  /**
   * @param readShare of what it does, 0 to 1
   * @param faithful whether it may stay with one node, which may be removed
   */
  Client(
      SimulatedCluster cluster, History history, String name, double readShare, boolean faithful) {
    this.cluster = cluster;
    this.history = history;
    this.name = name;
    this.random = cluster.simulation().random("client " + name);
    this.questions = new Questions(cluster.simulation(), name);
    this.readShare = readShare;
    this.maxFillingBytes = 1 << random.nextInt(12);
    this.maxThinkTime = Duration.ofMillis(4L << random.nextInt(8));
    this.timeout = Duration.ofMillis(200L << random.nextInt(5));
    this.home = faithful && random.nextInt(3) == 0 ? Optional.of(anyNode()) : Optional.empty();
  }

  void start() {
    later(maxThinkTime, this::next);
  }

  /** Lets what is under way end and begins nothing else. */
  void stop() {
    stopped = true;
  }

  private void next() {
    if (stopped) {
      return;
    }
    if (random.nextDouble() < readShare) {
      read(random.nextBoolean() ? anyNode() : anyLeader());
    } else {
      attempt(history.invoke(name, name + "-" + ++count, random.nextInt(maxFillingBytes)), 1);
    }
  }

  // --- commands

  private void attempt(History.Operation operation, int number) {
    Optional<ActorRef<RaftActor.Command>> raft =
        home.or(() -> believedLeader).orElseGet(this::anyNode).raft();
    if (raft.isEmpty()) {
      believedLeader = Optional.empty();
      again(operation, number);
      return;
    }
    boolean forward = home.isPresent() || random.nextBoolean();
    questions.<RaftActor.Command, RaftActor.ProposeReply>ask(
        raft.get(),
        replyTo -> new RaftActor.Propose(operation.command(), forward, replyTo),
        timeout,
        reply -> later(Duration.ofMillis(1), () -> onReply(operation, number, reply)));
  }

  private void onReply(
      History.Operation operation, int number, Optional<RaftActor.ProposeReply> reply) {
    if (reply.isEmpty()) {
      believedLeader = Optional.empty();
      again(operation, number);
      return;
    }
    trace(operation.id() + " is answered " + reply.get().getClass().getSimpleName());
    switch (reply.get()) {
      case RaftActor.Committed(var index, var result) -> {
        cluster.safety().onAcknowledged(operation.command(), index);
        long effect = Long.parseLong(new String(result, StandardCharsets.UTF_8));
        history.acknowledge(operation, index, effect);
        later(maxThinkTime, this::next);
      }
      case RaftActor.NotLeader(var leader) -> {
        believedLeader = leader.map(Member::id).map(cluster::node);
        again(operation, number);
      }
      case RaftActor.Overloaded ignored -> again(operation, number);
      case RaftActor.OutcomeUnknown ignored -> again(operation, number);
    }
  }

  private void again(History.Operation operation, int number) {
    if (number < MOST_ATTEMPTS) {
      later(Duration.ofMillis(200), () -> attempt(operation, number + 1));
    } else {
      history.giveUp(operation);
      later(maxThinkTime, this::next);
    }
  }

  // --- reads

  private void read(SimulatedNode node) {
    Optional<ActorRef<RaftActor.Command>> raft = node.raft();
    if (raft.isEmpty()) {
      later(maxThinkTime, this::next);
      return;
    }
    History.Reading reading = history.beginRead(name);
    questions.<RaftActor.Command, RaftActor.ReadReply>ask(
        raft.get(),
        RaftActor.ReadIndex::new,
        timeout,
        reply -> {
          boolean sameProcess = node.raft().equals(raft);
          if (sameProcess && reply.orElse(null) instanceof RaftActor.ReadReady) {
            SimulatedStateMachine state = node.state();
            history.read(reading, node.id().value(), state.lastAppliedIndex(), state.effects());
          } else {
            history.failRead(reading);
          }
          later(maxThinkTime, this::next);
        });
  }

  /** One of those who believe to lead; who is mistaken must not answer from a stale state. */
  private SimulatedNode anyLeader() {
    List<SimulatedNode> leaders = cluster.nodes().stream().filter(SimulatedNode::isLeader).toList();
    return leaders.isEmpty() ? anyNode() : leaders.get(random.nextInt(leaders.size()));
  }

  private SimulatedNode anyNode() {
    List<SimulatedNode> nodes = cluster.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }

  private void trace(String text) {
    cluster.simulation().trace().line(() -> text);
  }

  private void later(Duration atMost, Runnable action) {
    cluster.simulation().after(random.nextLong(atMost.toNanos()), action);
  }
}
