package dchat.sim;

import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Proposes one command after another, each until it is done or a number of attempts is used up,
 * wherever it believes the leader to be.
 */
final class Client {
  private static final int MOST_ATTEMPTS = 30;

  private final SimulatedCluster cluster;
  private final History history;
  private final String name;
  private final RandomGenerator random;
  private final int maxFillingBytes;
  private final Duration maxThinkTime;
  private final Duration timeout;
  private Optional<SimulatedNode> believedLeader = Optional.empty();
  private int count;
  private int questions;
  private boolean stopped;

  Client(SimulatedCluster cluster, History history, String name) {
    this.cluster = cluster;
    this.history = history;
    this.name = name;
    this.random = cluster.simulation().random("client " + name);
    this.maxFillingBytes = 1 << random.nextInt(12);
    this.maxThinkTime = Duration.ofMillis(8L << random.nextInt(7));
    this.timeout = Duration.ofMillis(random.nextInt(200, 6_000));
  }

  void start() {
    later(maxThinkTime, this::next);
  }

  /** Lets the command under way end and begins no other. */
  void stop() {
    stopped = true;
  }

  private void next() {
    if (!stopped) {
      attempt(history.invoke(name + "-" + ++count, random.nextInt(maxFillingBytes)), 1);
    }
  }

  private void attempt(History.Operation operation, int number) {
    Optional<ActorRef<RaftActor.Command>> raft = believedLeader.orElseGet(this::anyNode).raft();
    if (raft.isEmpty()) {
      believedLeader = Optional.empty();
      again(operation, number);
      return;
    }
    boolean forward = random.nextBoolean();
    ask(
        raft.get(),
        replyTo -> new RaftActor.Propose(operation.command(), forward, replyTo),
        reply -> later(Duration.ofMillis(1), () -> onReply(operation, number, reply)));
  }

  /** Not Pekko's ask, whose answer comes on a thread of the common pool. */
  private void ask(
      ActorRef<RaftActor.Command> raft,
      Function<ActorRef<RaftActor.ProposeReply>, RaftActor.Command> question,
      Consumer<Optional<RaftActor.ProposeReply>> onReply) {
    Simulation simulation = cluster.simulation();
    Question asked = new Question(simulation, onReply);
    ActorRef<RaftActor.ProposeReply> replyTo =
        simulation.spawn(asked.behavior(), "client." + name + "-" + ++questions);
    asked.actor = replyTo;
    simulation.after(timeout.toNanos(), () -> asked.end(Optional.empty()));
    raft.tell(question.apply(replyTo));
  }

  /** Ends with the answer or with the time for it, whichever comes first. */
  private static final class Question {
    private final Simulation simulation;
    private final Consumer<Optional<RaftActor.ProposeReply>> onReply;
    private ActorRef<RaftActor.ProposeReply> actor;
    private boolean ended;

    private Question(Simulation simulation, Consumer<Optional<RaftActor.ProposeReply>> onReply) {
      this.simulation = simulation;
      this.onReply = onReply;
    }

    private Behavior<RaftActor.ProposeReply> behavior() {
      return Behaviors.receiveMessage(
          reply -> {
            end(Optional.of(reply));
            return Behaviors.same();
          });
    }

    private void end(Optional<RaftActor.ProposeReply> reply) {
      if (!ended) {
        ended = true;
        simulation.stop(actor);
        onReply.accept(reply);
      }
    }
  }

  private void onReply(
      History.Operation operation, int number, Optional<RaftActor.ProposeReply> reply) {
    if (reply.isEmpty()) {
      believedLeader = Optional.empty();
      again(operation, number);
      return;
    }
    cluster
        .simulation()
        .trace()
        .line(() -> operation.id() + " is answered " + reply.get().getClass().getSimpleName());
    switch (reply.get()) {
      case RaftActor.Committed(var index, var result) -> {
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
      later(maxThinkTime, this::next);
    }
  }

  private SimulatedNode anyNode() {
    List<SimulatedNode> nodes = cluster.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }

  private void later(Duration atMost, Runnable action) {
    cluster.simulation().after(random.nextLong(atMost.toNanos()), action);
  }
}
