package dchat.raft;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How far each voter's durable log agrees with a leader's, and what is committed by that. The only
 * place where a commit index is computed; made anew for each term of leadership.
 */
final class Commitment {
  private final long firstIndexOfTerm;
  private final Map<NodeId, Long> matchIndexes = new HashMap<>();
  private Membership membership;
  private long commitIndex;

  /**
   * @param firstIndexOfTerm index of the leader's no-op; nothing below it is ever committed by
   *     counting replicas, only along with it (paper, section 5.4.2)
   */
  Commitment(Membership membership, long firstIndexOfTerm) {
    this.membership = membership;
    this.firstIndexOfTerm = firstIndexOfTerm;
  }

  /** 0 until something of this term is committed. */
  long commitIndex() {
    return commitIndex;
  }

  /** How far {@code member} has told that it matches; 0 if nothing yet. */
  long matchIndex(NodeId member) {
    return matchIndexes.getOrDefault(member, 0L);
  }

  /**
   * Notes that {@code member} durably holds everything up to {@code matchIndex}. A smaller index
   * than before is an older message and changes nothing.
   */
  void matched(NodeId member, long matchIndex) {
    matchIndexes.merge(member, matchIndex, Math::max);
    recompute();
  }

  /** Counts by {@code changed} from now on. */
  void membershipChanged(Membership changed) {
    membership = changed;
    recompute();
  }

  private void recompute() {
    long[] sorted =
        membership.voters().stream().mapToLong(voter -> matchIndex(voter.id())).sorted().toArray();
    if (sorted.length == 0) {
      return;
    }
    long heldByMajority = sorted[sorted.length - membership.majority()];
    if (heldByMajority >= firstIndexOfTerm && heldByMajority > commitIndex) {
      commitIndex = heldByMajority;
    }
  }

  @Override
  public String toString() {
    return "committed " + commitIndex + " of " + Arrays.asList(matchIndexes);
  }
}
