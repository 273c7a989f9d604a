package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Real RaftActors in one actor system, joined by a network that the test cuts link by link, in time
 * that passes only when the test says so.
 */
final class PartitionedCluster {
  private static final Duration STEP = Duration.ofMillis(100);
  private static final int MOST_STEPS = 200;

  /** How long what takes none of the cluster's time may really take; then that time passes, too. */
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  private record Link(NodeId from, NodeId to) {}

  private static final class Node {
    final MemoryJournal journal = new MemoryJournal();

    /** Survives restarts, as a database does. */
    final RecordingStateMachine stateMachine = new RecordingStateMachine();

    ActorRef<RaftActor.Command> raft;
    int starts;
  }

  private final RaftSettings settings;
  private final ActorTestKit testKit;
  private final ManualClock clock;
  private final Membership membership;
  private final Map<NodeId, Node> nodes = new TreeMap<>();
  private final Map<NodeId, RaftStatus> statuses = new ConcurrentHashMap<>();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();

  PartitionedCluster(ActorTestKit testKit, ManualClock clock, int size) {
    this(testKit, clock, size, "");
  }

  /**
   * @param settings what differs from the defaults of {@code dchat.raft}, as HOCON
   */
  PartitionedCluster(ActorTestKit testKit, ManualClock clock, int size, String settings) {
    this.settings =
        RaftSettings.from(
            ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.load().getConfig("dchat.raft")));
    this.testKit = testKit;
    this.clock = clock;
    membership =
        ReplicaFixture.membershipOf(
            IntStream.range(0, size).mapToObj(i -> new NodeId("n" + i)).toArray(NodeId[]::new));
    membership.members().forEach(m -> nodes.put(m.id(), new Node()));
    nodes.keySet().forEach(this::start);
  }

  void start(NodeId id) {
    Node node = nodes.get(id);
    node.starts++;
    node.raft =
        testKit.spawn(
            RaftActor.create(
                new RaftActor.Setup(
                    settings,
                    id,
                    "test",
                    id + ":1",
                    "http://" + id,
                    membership,
                    Optional.empty(),
                    replyTo -> node.journal.behavior(membership, replyTo),
                    node.stateMachine,
                    (to, message) -> carry(id, to.id(), message),
                    clock,
                    () -> Instant.ofEpochMilli(1_000),
                    new Random(id.hashCode() + node.starts),
                    status -> statuses.put(id, status),
                    RaftMeter.NONE)));
  }

  void kill(NodeId id) {
    testKit.stop(nodes.get(id).raft);
    statuses.remove(id);
  }

  private void carry(NodeId from, NodeId to, PeerMessage message) {
    if (!cut.contains(new Link(from, to))) {
      nodes.get(to).raft.tell(message);
    }
  }

  /** Nothing passes from {@code from} to {@code to} any more; the other way is as before. */
  void cutOneWay(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  void isolate(NodeId id) {
    for (NodeId other : nodes.keySet()) {
      cut.add(new Link(id, other));
      cut.add(new Link(other, id));
    }
  }

  void heal() {
    cut.clear();
  }

  List<NodeId> ids() {
    return List.copyOf(nodes.keySet());
  }

  RaftStatus status(NodeId id) {
    return statuses.get(id);
  }

  List<String> commands(NodeId id) {
    return nodes.get(id).stateMachine.commands();
  }

  boolean hasInstalledSnapshot(NodeId id) {
    return nodes.get(id).stateMachine.installedLabel().isPresent();
  }

  /** Lets time pass until it holds; fails if it doesn't within 20 seconds of that time. */
  void advanceUntil(String what, BooleanSupplier condition) {
    for (int i = 0; i < MOST_STEPS; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      clock.advance(STEP);
    }
    assertThat(condition.getAsBoolean()).as("%s; statuses %s", what, statuses).isTrue();
  }

  /** Waits for a leader that everybody who can hear it follows. */
  NodeId awaitLeaderAmong(List<NodeId> group) {
    advanceUntil("a leader among " + group, () -> leaderAmong(group) != null);
    return leaderAmong(group);
  }

  private NodeId leaderAmong(List<NodeId> group) {
    for (NodeId id : group) {
      RaftStatus status = statuses.get(id);
      if (status != null
          && status.isLeader()
          && group.stream().allMatch(other -> follows(other, id, status.term()))) {
        return id;
      }
    }
    return null;
  }

  private boolean follows(NodeId id, NodeId leader, long term) {
    RaftStatus status = statuses.get(id);
    return status != null
        && status.term() == term
        && status.leader().filter(m -> m.id().equals(leader)).isPresent();
  }

  /** Proposes; the queue gets the answer. */
  BlockingQueue<RaftActor.ProposeReply> propose(NodeId at, String command, boolean forward) {
    BlockingQueue<RaftActor.ProposeReply> answers = new LinkedBlockingQueue<>();
    ActorRef<RaftActor.ProposeReply> replyTo =
        testKit.spawn(
            Behaviors.receiveMessage(
                reply -> {
                  answers.add(reply);
                  return Behaviors.stopped();
                }));
    nodes
        .get(at)
        .raft
        .tell(new RaftActor.Propose(command.getBytes(StandardCharsets.UTF_8), forward, replyTo));
    return answers;
  }

  /** Proposes and lets time pass until the answer is there. */
  RaftActor.ProposeReply answerTo(NodeId at, String command, boolean forward) {
    return awaitAnswer(propose(at, command, forward));
  }

  RaftActor.ProposeReply awaitAnswer(BlockingQueue<RaftActor.ProposeReply> answers) {
    for (int i = 0; i < MOST_STEPS; i++) {
      RaftActor.ProposeReply answer = poll(answers);
      if (answer != null) {
        return answer;
      }
      clock.advance(STEP);
    }
    throw new AssertionError("no answer; statuses " + statuses);
  }

  private static RaftActor.ProposeReply poll(BlockingQueue<RaftActor.ProposeReply> answers) {
    try {
      return answers.poll(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void stop() {
    nodes.values().forEach(node -> testKit.stop(node.raft));
  }
}
