package dchat.raft;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A leader's {@link Replicator}s: one for each other member, and for a moment yet for each that was
 * removed. Belongs to one leadership; changed only by its {@link Leader} and that one's {@link
 * MembershipChanges}, on the RaftActor's thread.
 */
final class Replicators {
  private final Replica replica;
  private final PeerContacts contacts;
  private final Map<NodeId, ActorRef<Replicator.Command>> replicators = new TreeMap<>();
  private final Map<NodeId, Long> removedUntilNanos = new TreeMap<>();

  Replicators(Replica replica, PeerContacts contacts) {
    this.replica = replica;
    this.contacts = contacts;
  }

  void start(Member peer) {
    RaftLog log = replica.log();
    replicators.put(peer.id(), replica.startReplicator(peer, log.lastIndex(), log.lastTerm()));
    contacts.begin(peer.id(), replica.nanos());
  }

  /** Starts one for who was added, in the place of one that may be left of its earlier life. */
  void startAnew(Member added) {
    removedUntilNanos.remove(added.id());
    Optional.ofNullable(replicators.remove(added.id())).ifPresent(replica::stopReplicator);
    start(added);
  }

  void stopAll() {
    replicators.values().forEach(replica::stopReplicator);
  }

  /** Whom this leader talks to, in the order of their ids. */
  Set<NodeId> peers() {
    return replicators.keySet();
  }

  /** Tells it to the replicator of {@code peer}, if there is one. */
  void tell(NodeId peer, Replicator.Command news) {
    Optional.ofNullable(replicators.get(peer)).ifPresent(r -> r.tell(news));
  }

  void tellAll(Replicator.Command news) {
    replicators.values().forEach(r -> r.tell(news));
  }

  /**
   * A removed node is kept in touch with for a moment, to learn that its removal is committed; else
   * it would go on asking for votes that it can't get (thesis, section 4.2.3).
   *
   * @param committed who is a member still
   */
  void beginFarewells(Membership committed) {
    long farewellNanos = replica.settings().electionTimeoutMax().toNanos();
    for (NodeId peer : List.copyOf(replicators.keySet())) {
      if (committed.find(peer).isEmpty()) {
        removedUntilNanos.putIfAbsent(peer, replica.nanos() + farewellNanos);
      }
    }
  }

  void endFarewells() {
    for (NodeId peer : List.copyOf(removedUntilNanos.keySet())) {
      if (removedUntilNanos.get(peer) - replica.nanos() <= 0) {
        removedUntilNanos.remove(peer);
        replica.stopReplicator(replicators.remove(peer));
        contacts.end(peer);
      }
    }
  }
}
