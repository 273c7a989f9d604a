package dchat.raft;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * One member of the cluster.
 *
 * @param raftAddress {@code host:port} where its peers reach it
 * @param clientUrl base URL for clients, such as {@code http://10.0.0.1:9000}, without a trailing
 *     slash; empty until the member itself has told it
 * @param suffrage whether it counts in majorities
 */
public record Member(NodeId id, String raftAddress, Optional<String> clientUrl, Suffrage suffrage) {

  /** Whether a member counts in majorities (thesis section 4.2.1). */
  public enum Suffrage {
    VOTER,
    LEARNER
  }

  public static Member voter(NodeId id, String raftAddress) {
    return new Member(id, raftAddress, Optional.empty(), Suffrage.VOTER);
  }

  @JsonIgnore
  public boolean isVoter() {
    return suffrage == Suffrage.VOTER;
  }

  public Member asVoter() {
    return new Member(id, raftAddress, clientUrl, Suffrage.VOTER);
  }

  public Member withClientUrl(String url) {
    return new Member(id, raftAddress, Optional.of(url), suffrage);
  }
}
