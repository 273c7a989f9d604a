package dchat.client.api;

import java.net.URI;
import java.util.Optional;

/** A change to the cluster itself, made by its leader. Asking for one again is safe. */
public sealed interface ClusterChange {
  /**
   * Makes a member of a node: a learner at first, a voter once it has caught up.
   *
   * @param raft {@code host:port} where the members reach it
   * @param http where clients reach it; without it the node tells by itself
   */
  record Add(String id, String raft, Optional<URI> http) implements ClusterChange {}

  /** Goes on without a member; that may be the leader itself. */
  record Remove(String id) implements ClusterChange {}

  /**
   * Makes another node the leader.
   *
   * @param to whom; empty for whoever has come furthest
   */
  record Transfer(Optional<String> to) implements ClusterChange {}
}
