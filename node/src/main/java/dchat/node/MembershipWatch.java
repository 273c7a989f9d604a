package dchat.node;

import dchat.raft.Member;
import dchat.raft.RaftStatus;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the latest status, and says in the log what becomes of this node's membership: let in, made
 * a voter, removed.
 */
final class MembershipWatch implements Consumer<RaftStatus>, Supplier<RaftStatus> {
  private static final Logger log = LoggerFactory.getLogger(MembershipWatch.class);

  private final AtomicReference<RaftStatus> status;

  // Only touched by who tells the status.
  private boolean wasVoter;
  private boolean wasRemoved;

  /**
   * @param wasVoter whether being a voter is nothing new for this node
   */
  MembershipWatch(RaftStatus initial, boolean wasVoter) {
    this.status = new AtomicReference<>(initial);
    this.wasVoter = wasVoter;
  }

  @Override
  public void accept(RaftStatus now) {
    status.set(now);
    if (now.removed() != wasRemoved) {
      wasRemoved = now.removed();
      if (wasRemoved) {
        log.warn(
            "{} was removed from the cluster, which goes on without it; it can be stopped",
            now.self());
      } else {
        log.info("{} is a member of the cluster again", now.self());
      }
    }
    // Behind, it reads of memberships that may have changed long ago.
    boolean upToDate = now.leader().isPresent() && now.appliedIndex() >= now.heardCommitIndex();
    boolean isVoter = now.membership().isVoter(now.self());
    if (upToDate && isVoter != wasVoter) {
      wasVoter = isVoter;
      if (isVoter) {
        log.info("{} has caught up and is a voter now", now.self());
      }
    }
  }

  @Override
  public RaftStatus get() {
    return status.get();
  }

  /** Why the cluster does without this node, if it does. */
  Optional<String> exclusion() {
    RaftStatus now = status.get();
    if (now.removed()) {
      return Optional.of("This node was removed from the cluster.");
    }
    Optional<Member> self = now.membership().find(now.self());
    return self.isPresent()
        ? Optional.empty()
        : Optional.of("This node isn't a member of the cluster yet.");
  }
}
