package dchat.sim;

import com.typesafe.config.Config;
import dchat.raft.Journal;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.PeerMessage;
import dchat.raft.RaftSettings;
import dchat.raft.RaftStatus;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** The nodes of one run, the network between them, and the rules they are watched by. */
final class SimulatedCluster {
  static final String NAME = "simulated";

  /** Makes a node's journal. */
  interface Journals {
    Behavior<Journal.Command> create(SimulatedNode node, ActorRef<Journal.Reply> replyTo);
  }

  /** Hears that a node has come to a moment of its work; may crash it there. */
  interface MomentListener {
    void reached(SimulatedNode node, Moment moment);
  }

  private final Simulation simulation;
  private final RaftSettings settings;
  private final Network<PeerMessage> network;
  private final Safety safety;
  private final Map<NodeId, SimulatedNode> nodes = new LinkedHashMap<>();
  private final Journals journals;
  private MomentListener listener = (node, moment) -> {};

  /**
   * @param spares how many nodes more there can be
   * @param raftConfig the section {@code dchat.raft}
   * @param wire what a message goes through on its way
   */
  SimulatedCluster(
      Simulation simulation,
      int size,
      int spares,
      Config raftConfig,
      UnaryOperator<PeerMessage> wire,
      Journals journals) {
    this.simulation = simulation;
    this.settings = RaftSettings.from(raftConfig);
    this.journals = journals;
    this.network = new Network<>(simulation, wire, Describe::message);
    List<NodeId> ids =
        IntStream.rangeClosed(1, size + spares).mapToObj(n -> new NodeId("n" + n)).toList();
    List<NodeId> founders = ids.subList(0, size);
    Membership bootstrap =
        new Membership(founders.stream().map(id -> Member.voter(id, addressOf(id))).toList());
    this.safety = new Safety(simulation, bootstrap);
    ids.forEach(id -> nodes.put(id, new SimulatedNode(this, id)));
    founders.forEach(id -> nodes.get(id).install(bootstrap));
  }

  Simulation simulation() {
    return simulation;
  }

  RaftSettings settings() {
    return settings;
  }

  static String addressOf(NodeId id) {
    return id + ":10000";
  }

  Network<PeerMessage> network() {
    return network;
  }

  Safety safety() {
    return safety;
  }

  Journals journals() {
    return journals;
  }

  void listen(MomentListener changed) {
    listener = changed;
  }

  void reached(SimulatedNode node, Moment moment) {
    listener.reached(node, moment);
  }

  /** Every node that was ever installed. */
  List<SimulatedNode> nodes() {
    return nodes.values().stream().filter(SimulatedNode::isInstalled).toList();
  }

  List<SimulatedNode> notInstalled() {
    return nodes.values().stream().filter(node -> !node.isInstalled()).toList();
  }

  /** Who believes to lead; of several the one with the newest term. */
  Optional<SimulatedNode> leader() {
    return nodes().stream()
        .filter(SimulatedNode::isLeader)
        .max(Comparator.comparing(node -> node.status().orElseThrow().term()));
  }

  /** The nodes that are members by the leader's log; without a leader, none. */
  List<SimulatedNode> members() {
    return leader().stream()
        .flatMap(leader -> leader.status().orElseThrow().membership().members().stream())
        .map(member -> nodes.get(member.id()))
        .toList();
  }

  SimulatedNode node(NodeId id) {
    return nodes.get(id);
  }

  void send(SimulatedNode from, NodeId to, PeerMessage message) {
    safety.onSend(to, message);
    network.send(from.id().value(), to.value(), message);
    boolean promises =
        message instanceof PeerMessage.VoteReply
            || message instanceof PeerMessage.VoteRequest
            || message instanceof PeerMessage.AppendAccepted;
    if (promises) {
      reached(from, Moment.PROMISE_SENT);
    }
  }

  /**
   * A leader that every member follows and that has nothing left to bring to them; and nobody
   * stands for election who was removed.
   */
  boolean isSettled() {
    return leader()
            .filter(leader -> members().stream().allMatch(node -> agree(leader, node)))
            .isPresent()
        && nodes().stream().allMatch(this::knowsItsPlace);
  }

  /**
   * A voter by its own log is one, or knows better; unless it has nobody left to ask, or may not
   * ask because what it reads in its log may be of an earlier life.
   */
  private boolean knowsItsPlace(SimulatedNode node) {
    List<NodeId> members = members().stream().map(SimulatedNode::id).toList();
    if (members.contains(node.id()) || node.status().isEmpty()) {
      return true;
    }
    RaftStatus status = node.status().get();
    boolean canAsk =
        status.membership().voters().stream().map(Member::id).anyMatch(members::contains);
    boolean asks = status.membership().isVoter(node.id()) && !node.wasWiped() && canAsk;
    return status.removed() || !asks;
  }

  private static boolean agree(SimulatedNode leader, SimulatedNode node) {
    var leading = leader.status().orElseThrow();
    return node.status()
        .filter(status -> status.term() == leading.term())
        .filter(status -> status.leader().map(Member::id).equals(Optional.of(leader.id())))
        .filter(status -> status.lastLogIndex() == leading.lastLogIndex())
        .filter(status -> status.appliedIndex() == leading.lastLogIndex())
        .filter(status -> status.trouble().isEmpty())
        .isPresent();
  }
}
