package dchat.client.api;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cluster as one node sees it.
 *
 * @param node the node that answered
 * @param role its role in Raft, in the node's own word
 * @param leader empty while it knows none
 * @param trouble what keeps the node from working, in words
 */
public record ClusterStatus(
    String node,
    String role,
    Optional<String> leader,
    long term,
    long commitIndex,
    long appliedIndex,
    long lastLogIndex,
    Optional<String> trouble,
    List<Member> members) {

  public ClusterStatus {
    members = List.copyOf(members);
  }

  /**
   * One member of the cluster.
   *
   * @param suffrage voter or learner
   * @param raft where its peers reach it
   * @param http where clients reach it; empty until it has told
   * @param matchIndex the last entry the leader knows it to hold; known to the leader only
   * @param lag entries it is behind the leader; known to the leader only
   * @param lastContactMillis milliseconds since it was last heard of; known to the leader only
   * @param reachable whether the leader reaches it; known to the leader only
   */
  public record Member(
      String id,
      String suffrage,
      String raft,
      Optional<URI> http,
      boolean leader,
      OptionalLong matchIndex,
      OptionalLong lag,
      OptionalLong lastContactMillis,
      Optional<Boolean> reachable) {

    /** Whether it counts in majorities. */
    public boolean isVoter() {
      return suffrage.equalsIgnoreCase("voter");
    }
  }
}
