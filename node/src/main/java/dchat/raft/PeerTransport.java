package dchat.raft;

/**
 * Carries messages to peers: at most once, in any order, without telling whether they arrived.
 * Called by several actors at once.
 */
@FunctionalInterface
public interface PeerTransport {
  void send(Member to, PeerMessage message);
}
