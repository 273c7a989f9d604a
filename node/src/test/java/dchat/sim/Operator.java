package dchat.sim;

import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The person who runs the cluster: adds and removes members, replaces one that has lost its disk,
 * and moves the leadership, at moments drawn from the seed. Asks whoever seems to lead, and doesn't
 * insist.
 */
final class Operator {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final SimulatedCluster cluster;
  private final Simulation simulation;
  private final RandomGenerator random;
  private final Questions questions;
  private final long maxPauseNanos;
  private boolean over;
  private int done;

  Operator(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.simulation = cluster.simulation();
    this.random = simulation.random("operator");
    this.questions = new Questions(simulation, "operator");
    this.maxPauseNanos = Duration.ofMillis(500L << random.nextInt(5)).toNanos();
  }

  void start() {
    simulation.after(random.nextLong(maxPauseNanos), this::act);
  }

  /** Begins nothing more. */
  void end() {
    over = true;
  }

  /** How many of its operations were done. */
  int done() {
    return done;
  }

  private void act() {
    Optional<RaftStatus> leader = cluster.leader().flatMap(SimulatedNode::status);
    if (over) {
      return;
    }
    if (leader.isPresent()) {
      List<Member> members = leader.get().membership().members();
      Member member = members.get(random.nextInt(members.size()));
      switch (random.nextInt(4)) {
        case 0 -> transfer(member.id());
        case 1 -> remove(member.id(), false);
        case 2 -> remove(member.id(), true);
        default -> addSomebody(leader.get().membership());
      }
    }
    start();
  }

  private void transfer(NodeId id) {
    Optional<NodeId> to = random.nextBoolean() ? Optional.of(id) : Optional.empty();
    ask("transfer to " + to, replyTo -> new RaftActor.TransferLeadership(to, replyTo), () -> {});
  }

  private void remove(NodeId id, boolean wipe) {
    ask(
        "remove " + id,
        replyTo -> new RaftActor.RemoveMember(id, replyTo),
        () -> {
          Optional<RaftStatus> leader = cluster.leader().flatMap(SimulatedNode::status);
          if (wipe && leader.filter(l -> l.membership().find(id).isEmpty()).isPresent()) {
            wipe(cluster.node(id), leader.get());
          }
        });
  }

  /**
   * Only who is certainly no member may forget what it has promised. It comes back under its old
   * name, knowing where the cluster stood.
   */
  private void wipe(SimulatedNode node, RaftStatus leader) {
    if (node.isUp()) {
      node.crash(true);
    }
    node.install(leader.membership(), Optional.of(standing(leader)));
  }

  private static JoinPoint standing(RaftStatus leader) {
    return new JoinPoint(leader.term(), leader.commitIndex());
  }

  private void addSomebody(Membership membership) {
    Optional<SimulatedNode> spare = cluster.notInstalled().stream().findFirst();
    Optional<SimulatedNode> removed =
        cluster.nodes().stream().filter(node -> membership.find(node.id()).isEmpty()).findFirst();
    SimulatedNode node = removed.or(() -> spare).orElse(null);
    if (node == null) {
      return;
    }
    if (!node.isInstalled()) {
      node.install(membership);
    }
    if (!node.isUp()) {
      node.start();
    }
    boolean withoutData = node.disk().stored().isEmpty();
    ask(
        "add " + node.id(),
        replyTo ->
            new RaftActor.AddMember(
                node.id(),
                SimulatedCluster.addressOf(node.id()),
                Optional.of("http://" + node.id()),
                withoutData,
                replyTo),
        () -> {});
  }

  private void ask(
      String what,
      Function<ActorRef<RaftActor.AdminReply>, RaftActor.Command> question,
      Runnable whenDone) {
    Optional<ActorRef<RaftActor.Command>> leader = cluster.leader().flatMap(SimulatedNode::raft);
    simulation.trace().line(() -> "operator: " + what);
    leader.ifPresent(
        raft ->
            questions.<RaftActor.Command, RaftActor.AdminReply>ask(
                raft,
                question,
                PATIENCE,
                reply -> {
                  simulation.trace().line(() -> "operator: " + what + ": " + reply);
                  if (!over && reply.orElse(null) instanceof RaftActor.Done) {
                    done++;
                    simulation.after(0, whenDone);
                  }
                }));
  }
}
