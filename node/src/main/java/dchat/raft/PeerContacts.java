package dchat.raft;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When a leader last heard of each peer: by that it knows whether a majority still follows it
 * (thesis, section 6.2). A peer counts as heard when the conversation with it begins.
 */
final class PeerContacts {

  private record Contact(long nanos, boolean answered) {}

  private final long timeoutNanos;
  private final Map<NodeId, Contact> contacts = new TreeMap<>();

  /**
   * @param timeoutNanos after so long a silence a peer counts as lost
   */
  PeerContacts(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
  }

  void begin(NodeId peer, long nowNanos) {
    contacts.put(peer, new Contact(nowNanos, false));
  }

  void heard(NodeId peer, long nowNanos) {
    contacts.put(peer, new Contact(nowNanos, true));
  }

  void end(NodeId peer) {
    contacts.remove(peer);
  }

  boolean isInContact(NodeId peer, long nowNanos) {
    Contact contact = contacts.get(peer);
    return contact != null && nowNanos - contact.nanos() < timeoutNanos;
  }

  boolean isMajorityInContact(NodeId self, Membership membership, long nowNanos) {
    TreeSet<NodeId> inContact = new TreeSet<>();
    inContact.add(self);
    contacts.keySet().stream().filter(peer -> isInContact(peer, nowNanos)).forEach(inContact::add);
    return membership.isMajority(inContact);
  }

  /** Milliseconds since the last answer of {@code peer}; empty if none came yet. */
  Optional<Long> silenceMillis(NodeId peer, long nowNanos) {
    return Optional.ofNullable(contacts.get(peer))
        .filter(Contact::answered)
        .map(contact -> (nowNanos - contact.nanos()) / 1_000_000);
  }
}
