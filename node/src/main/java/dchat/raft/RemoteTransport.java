package dchat.raft;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Reaches a peer's RaftActor by its well-known path. A reference made so names no incarnation, so
 * it still works after the peer has restarted, and needs no cluster membership.
 */
public final class RemoteTransport implements PeerTransport {
  /** Where every node's RaftActor lives below the guardian. */
  public static final String ACTOR_NAME = "raft";

  private final ActorRefResolver resolver;
  private final String systemName;
  private final Map<String, ActorRef<PeerMessage>> peers = new ConcurrentHashMap<>();

  public RemoteTransport(ActorSystem<?> system) {
    resolver = ActorRefResolver.get(system);
    systemName = system.name();
  }

  @Override
  public void send(Member to, PeerMessage message) {
    peers.computeIfAbsent(to.raftAddress(), this::resolve).tell(message);
  }

  private ActorRef<PeerMessage> resolve(String address) {
    return resolver.resolveActorRef(
        "pekko://%s@%s/user/%s".formatted(systemName, address, ACTOR_NAME));
  }
}
