package dchat.raft;

/**
 * The journal is being read, at start-up or after a failed write. What this replica promised is not
 * known yet, so it takes no part: it answers nobody and proposes nothing.
 */
final class Recovering extends Role {

  Recovering(Replica replica, String reason) {
    super(replica, reason);
  }

  @Override
  RaftStatus.Role name() {
    return RaftStatus.Role.RECOVERING;
  }

  @Override
  Role onTrouble(String trouble) {
    return this;
  }

  @Override
  Role onPeerMessage(PeerMessage message) {
    return this;
  }

  @Override
  Role onAppendEntries(PeerMessage.AppendEntries append) {
    return this;
  }
}
