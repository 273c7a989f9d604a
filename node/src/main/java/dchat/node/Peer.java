package dchat.node;

import dchat.raft.NodeId;
import java.util.Optional;

/**
 * Another member as the configuration names it.
 *
 * @param id empty if it has to be asked for it
 */
record Peer(Optional<NodeId> id, HostPort raft) {

  /**
   * @throws IllegalArgumentException if {@code text} isn't {@code id=host:port} or {@code
   *     host:port}
   */
  static Peer parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new Peer(Optional.empty(), HostPort.parse(text));
    }
    return new Peer(
        Optional.of(new NodeId(text.substring(0, equals))),
        HostPort.parse(text.substring(equals + 1)));
  }

  @Override
  public String toString() {
    return id.map(known -> known + "=" + raft).orElseGet(raft::toString);
  }
}
