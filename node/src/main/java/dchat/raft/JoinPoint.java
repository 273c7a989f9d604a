package dchat.raft;

/**
 * Where a cluster stood when a node without data asked to be let in. The node may have been a voter
 * before and have forgotten what it promised then, so it takes no part by any membership of that
 * time: it follows no leader of an earlier term, and it neither votes nor stands before its log
 * tells of a membership behind {@code index}, which can only be one that let it in anew.
 *
 * @param term of a leader that a majority confirmed, and whose log had no such voter
 * @param index that was committed then; the entry that lets the node in comes behind it
 */
public record JoinPoint(long term, long index) {

  /**
   * @throws IllegalArgumentException if one of them is negative
   */
  public JoinPoint {
    if (term < 0 || index < 0) {
      throw new IllegalArgumentException("term " + term + " and index " + index + " must be >= 0");
    }
  }
}
