package dchat.node;

import dchat.raft.Member;
import dchat.raft.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Learns the ids of peers that are configured by address only, by asking them until all have
 * answered. Lives at {@code /user/peers} for as long as the node does, because others may ask
 * later.
 */
final class PeerDiscovery extends AbstractMatchingBehavior<PeerDiscovery.Command> {
  static final String NAME = "peers";

  /** Everything a PeerDiscovery understands. */
  sealed interface Command {}

  /** What travels between nodes. */
  sealed interface Message extends Command {}

  /**
   * Who a node is.
   *
   * @param raftAddress {@code host:port} where its peers reach it
   * @param clientUrl base URL for clients
   */
  record Introduction(String clusterName, NodeId id, String raftAddress, String clientUrl) {}

  /** Introduces the sender, who wants to know the receiver in return. */
  record Hello(Introduction sender) implements Message {}

  /** Answers a {@link Hello}. */
  record Welcome(Introduction sender) implements Message {}

  /**
   * All that were asked for are known.
   *
   * @param members one voter per address, with different ids
   */
  record Found(List<Member> members) {}

  private enum Tick implements Command {
    ASK
  }

  /**
   * @param unknown addresses whose ids are wanted; with none, it only answers others
   * @param askEvery how long to wait for an answer before asking again
   * @param replyTo gets {@link Found} once, unless there is nothing to find
   */
  static Behavior<Command> create(
      Introduction self, Set<String> unknown, Duration askEvery, ActorRef<Found> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  if (!unknown.isEmpty()) {
                    context.getLog().info("{} asks {} for their ids", self.id(), unknown);
                    timers.startTimerWithFixedDelay(Tick.ASK, Duration.ZERO, askEvery);
                  }
                  return new PeerDiscovery(context, timers, self, unknown, replyTo);
                }));
  }

  private final TimerScheduler<Command> timers;
  private final Introduction self;
  private final Set<String> wanted;
  private final ActorRef<Found> replyTo;
  private final Map<String, Introduction> known = new TreeMap<>();
  private final Set<String> complaints = new HashSet<>();

  private PeerDiscovery(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Introduction self,
      Set<String> wanted,
      ActorRef<Found> replyTo) {
    super(context);
    this.timers = timers;
    this.self = self;
    this.wanted = wanted;
    this.replyTo = replyTo;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Hello(Introduction sender) -> {
        tell(sender.raftAddress(), new Welcome(self));
        learn(sender);
      }
      case Welcome(Introduction sender) -> learn(sender);
      case Tick.ASK ->
          wanted.stream()
              .filter(Predicate.not(known::containsKey))
              .forEach(address -> tell(address, new Hello(self)));
    }
    return this;
  }

  private void learn(Introduction peer) {
    if (!timers.isTimerActive(Tick.ASK) || !wanted.contains(peer.raftAddress())) {
      return;
    }
    if (!peer.clusterName().equals(self.clusterName())) {
      complain(
          "%s belongs to cluster %s, not to %s: it is no peer of this node"
              .formatted(peer.raftAddress(), peer.clusterName(), self.clusterName()));
      return;
    }
    Optional<Introduction> twin = findTwin(peer);
    if (twin.isPresent()) {
      String both =
          Stream.of(twin.get(), peer)
              .map(Introduction::raftAddress)
              .sorted()
              .collect(Collectors.joining(" and "));
      complain(both + " are both called " + peer.id() + ": one of them needs another id");
      // Ask both again: whichever is restarted with another id settles it.
      known.remove(twin.get().raftAddress());
      return;
    }
    known.put(peer.raftAddress(), peer);
    if (known.size() == wanted.size()) {
      timers.cancel(Tick.ASK);
      List<Member> members = known.values().stream().map(PeerDiscovery::member).toList();
      getContext().getLog().info("{} knows its peers: {}", self.id(), describe(members));
      replyTo.tell(new Found(members));
    }
  }

  private Optional<Introduction> findTwin(Introduction peer) {
    if (peer.id().equals(self.id())) {
      return Optional.of(self);
    }
    return known.values().stream()
        .filter(other -> other.id().equals(peer.id()))
        .filter(other -> !other.raftAddress().equals(peer.raftAddress()))
        .findFirst();
  }

  /** Once per reason: it is asked again and again until somebody mends it. */
  private void complain(String reason) {
    if (complaints.add(reason)) {
      getContext().getLog().error("{} can't start an election yet: {}", self.id(), reason);
    }
  }

  private void tell(String raftAddress, Message message) {
    ActorRef<Command> peer =
        ActorRefResolver.get(getContext().getSystem())
            .resolveActorRef(
                "pekko://" + getContext().getSystem().name() + "@" + raftAddress + "/user/" + NAME);
    peer.tell(message);
  }

  private static Member member(Introduction peer) {
    return Member.voter(peer.id(), peer.raftAddress()).withClientUrl(peer.clientUrl());
  }

  private static List<String> describe(List<Member> members) {
    return members.stream().map(m -> m.id() + "=" + m.raftAddress()).toList();
  }
}
