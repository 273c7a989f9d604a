package dchat.node;

import dchat.node.PeerDiscovery.Found;
import dchat.node.PeerDiscovery.Introduction;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.storage.DataFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Root of a node's actors: starts each part once what it needs is there, and ends the node when a
 * part it can't do without has ended. Decides nothing else.
 */
final class NodeGuardian extends AbstractMatchingBehavior<NodeGuardian.Command> {

  /** Everything a NodeGuardian understands; all of it comes from its own children. */
  sealed interface Command {}

  private record PeersFound(List<Member> members) implements Command {}

  static Behavior<Command> create(NodeSettings settings, DataFolder data) {
    return Behaviors.setup(context -> new NodeGuardian(context, settings, data).start());
  }

  private final NodeSettings settings;
  private final DataFolder data;

  private NodeGuardian(ActorContext<Command> context, NodeSettings settings, DataFolder data) {
    super(context);
    this.settings = settings;
    this.data = data;
  }

  private Behavior<Command> start() {
    Introduction self =
        new Introduction(
            settings.clusterName(),
            settings.id(),
            settings.raft().toString(),
            settings.clientUrl());
    Set<String> unknown =
        settings.peers().stream()
            .filter(peer -> peer.id().isEmpty())
            .map(peer -> peer.raft().toString())
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    getContext()
        .spawn(
            PeerDiscovery.create(
                self,
                unknown,
                settings.config().getDuration("dchat.node.ask-peers-every"),
                getContext().messageAdapter(Found.class, found -> new PeersFound(found.members()))),
            PeerDiscovery.NAME);
    if (unknown.isEmpty()) {
      getContext().getSelf().tell(new PeersFound(List.of()));
    }
    getContext()
        .getLog()
        .info(
            "{} listens: http {}, raft {}, data {}",
            settings.id(),
            settings.clientUrl(),
            settings.raft(),
            settings.data());
    return this;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case PeersFound(List<Member> found) -> startRaft(membership(found));
    }
    return this;
  }

  private void startRaft(Membership bootstrap) {
    getContext().getLog().debug("{} starts with {} on {}", settings.id(), bootstrap, data);
  }

  private Membership membership(List<Member> found) {
    List<Member> members = new ArrayList<>(found);
    members.add(
        Member.voter(settings.id(), settings.raft().toString())
            .withClientUrl(settings.clientUrl()));
    settings
        .peers()
        .forEach(
            peer ->
                peer.id().ifPresent(id -> members.add(Member.voter(id, peer.raft().toString()))));
    return new Membership(members);
  }
}
