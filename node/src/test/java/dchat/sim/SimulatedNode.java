package dchat.sim;

import dchat.raft.JoinPoint;
import dchat.raft.Journal;
import dchat.raft.JournalEvent;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.PeerMessage;
import dchat.raft.RaftActor;
import dchat.raft.RaftMeter;
import dchat.raft.RaftStatus;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node of a simulated cluster: a disk and a state that outlive it, and the real actors of one
 * incarnation after another. Whatever a dead incarnation still does reaches nobody.
 */
final class SimulatedNode {
  private final SimulatedCluster cluster;
  private final NodeId id;
  private final RandomGenerator random;
  private Disk<JournalEvent> disk;
  private SimulatedStateMachine state;
  private Membership bootstrap;
  private Optional<JoinPoint> joinPoint = Optional.empty();
  private final NodeClock clock;
  private Optional<Incarnation> living = Optional.empty();
  private Optional<RaftStatus> status = Optional.empty();
  private int starts;
  private boolean halted;

  /** The actors between a start and a crash. */
  private static final class Incarnation {
    private ActorRef<Void> guardian;
    private Optional<ActorRef<RaftActor.Command>> raft = Optional.empty();
    private boolean dead;
  }

  SimulatedNode(SimulatedCluster cluster, NodeId id) {
    this.cluster = cluster;
    this.id = id;
    Simulation simulation = cluster.simulation();
    this.random = simulation.random("node " + id);
    this.clock = new NodeClock(simulation, random.nextLong(-1L << 40, 1L << 40), drawRate(random));
  }

  /** Nothing that matters may depend on a clock being right. */
  private static double drawRate(RandomGenerator random) {
    return random.nextInt(4) == 0 ? random.nextDouble(0.5, 2) : random.nextDouble(0.99, 1.01);
  }

  /** Makes it a node with an empty disk, whatever was there before. */
  void install(Membership firstMembers) {
    install(firstMembers, Optional.empty());
  }

  /** The same in a cluster that runs already and stands there. */
  void install(Membership firstMembers, Optional<JoinPoint> clusterStands) {
    bootstrap = firstMembers;
    joinPoint = clusterStands;
    disk =
        new Disk<>(
            cluster.simulation(),
            id.value(),
            events -> cluster.safety().onStored(id, events),
            Describe::events);
    state = new SimulatedStateMachine(random);
    cluster.safety().onNew(id);
    cluster.simulation().trace().line(() -> id + " is installed");
  }

  /** Whether it came back under its name with an empty disk. */
  boolean wasWiped() {
    return joinPoint.isPresent();
  }

  /** Whether there is such a node at all: spare ones come into being later. */
  boolean isInstalled() {
    return bootstrap != null;
  }

  NodeId id() {
    return id;
  }

  Membership bootstrap() {
    return bootstrap;
  }

  Disk<JournalEvent> disk() {
    return disk;
  }

  SimulatedStateMachine state() {
    return state;
  }

  NodeClock clock() {
    return clock;
  }

  boolean isUp() {
    return living.isPresent();
  }

  boolean isHalted() {
    return halted;
  }

  /** What it last told of itself; empty while it is down or has told nothing since its start. */
  Optional<RaftStatus> status() {
    return status;
  }

  boolean isLeader() {
    return status.filter(RaftStatus::isLeader).isPresent();
  }

  /** Its actor, if it is up and has taken its first step. */
  Optional<ActorRef<RaftActor.Command>> raft() {
    return living.flatMap(incarnation -> incarnation.raft);
  }

  void start() {
    Incarnation incarnation = new Incarnation();
    living = Optional.of(incarnation);
    starts++;
    cluster.safety().requireReplayEqualsLog(id, bootstrap, disk.stored());
    cluster.simulation().trace().line(() -> id + " starts");
    RaftActor.Setup setup =
        new RaftActor.Setup(
            cluster.settings(),
            id,
            SimulatedCluster.NAME,
            SimulatedCluster.addressOf(id),
            "http://" + id,
            bootstrap,
            joinPoint,
            replyTo -> journal(incarnation, replyTo),
            new LivingState(
                state,
                cluster.safety(),
                id,
                () -> incarnation.dead,
                moment -> cluster.reached(this, moment)),
            (to, message) -> send(incarnation, to, message),
            clock,
            clock,
            cluster.simulation().random(id + " start " + starts),
            now -> onStatus(incarnation, now),
            RaftMeter.NONE);
    incarnation.guardian =
        cluster.simulation().spawn(guardian(incarnation, setup), id + "." + starts);
    cluster.network().attach(id.value(), message -> deliver(incarnation, message));
  }

  /** Kills the process; with {@code powerCut} the machine. */
  void crash(boolean powerCut) {
    Incarnation incarnation = living.orElseThrow();
    cluster.simulation().trace().line(() -> id + (powerCut ? " loses power" : " is killed"));
    incarnation.dead = true;
    living = Optional.empty();
    status = Optional.empty();
    cluster.network().detach(id.value());
    disk.crash();
    if (powerCut) {
      state.losePower();
    }
    cluster.safety().onCrash(id, state.lastAppliedIndex());
    resume();
    cluster.simulation().stop(incarnation.guardian);
  }

  /** Holds it back, as SIGSTOP does. */
  void halt() {
    halted = true;
    cluster.simulation().trace().line(() -> id + " is halted");
    cluster.simulation().halt(id.value());
  }

  void resume() {
    if (halted) {
      halted = false;
      cluster.simulation().trace().line(() -> id + " goes on");
      cluster.simulation().resume(id.value());
    }
  }

  private Behavior<Void> guardian(Incarnation incarnation, RaftActor.Setup setup) {
    return Behaviors.setup(
        context -> {
          ActorRef<RaftActor.Command> raft = context.spawn(RaftActor.create(setup), "raft");
          context.watch(raft);
          incarnation.raft = Optional.of(raft);
          return Behaviors.receive(Void.class)
              .onSignal(
                  ChildFailed.class,
                  failed -> {
                    if (!incarnation.dead) {
                      cluster.safety().onDied(id, failed.getCause());
                    }
                    return Behaviors.stopped();
                  })
              .build();
        });
  }

  private Behavior<Journal.Command> journal(
      Incarnation incarnation, ActorRef<Journal.Reply> replyTo) {
    return incarnation.dead ? Behaviors.empty() : cluster.journals().create(this, replyTo);
  }

  private void deliver(Incarnation incarnation, PeerMessage message) {
    incarnation.raft.ifPresent(raft -> raft.tell(message));
  }

  private void send(Incarnation incarnation, Member to, PeerMessage message) {
    if (!incarnation.dead) {
      cluster.send(this, to.id(), message);
    }
  }

  private void onStatus(Incarnation incarnation, RaftStatus now) {
    if (!incarnation.dead) {
      boolean news = status.map(RaftStatus::role).filter(now.role()::equals).isEmpty();
      Optional<RaftStatus> before = status;
      status = Optional.of(now);
      if (news) {
        cluster.simulation().trace().line(() -> id + " is " + now.role() + ", term " + now.term());
      }
      cluster.safety().onStatus(before, now);
    }
  }
}
