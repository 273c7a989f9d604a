package dchat.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads that wait until their leader is sure that it still leads (ReadIndex; thesis, section 6.4).
 * All reads that arrive while a round is under way share the next one. An answer counts for a round
 * only if it names that round or a later one: what was sent before the read came proves nothing.
 */
final class ReadRounds {

  private record Read(long readIndex, Consumer<Optional<Long>> answer) {}

  private final Map<NodeId, Long> answeredRounds = new HashMap<>();
  private List<Read> underWay = new ArrayList<>();
  private List<Read> next = new ArrayList<>();
  private long round;

  /** The number of the latest round; 0 if there was none. */
  long round() {
    return round;
  }

  /**
   * Adds a read.
   *
   * @param readIndex the commit index at this moment, at least the leader's own no-op
   * @param answer gets {@code readIndex} once a majority has confirmed the leadership, or nothing
   *     if that won't happen any more
   * @return whether a new round begins and has to be announced to the peers
   */
  boolean add(long readIndex, Consumer<Optional<Long>> answer) {
    next.add(new Read(readIndex, answer));
    return beginIfIdle();
  }

  /**
   * Notes that {@code peer} has heard of {@code answeredRound}.
   *
   * @return whether another round begins and has to be announced to the peers
   */
  boolean answered(NodeId self, NodeId peer, long answeredRound, Membership membership) {
    answeredRounds.merge(peer, answeredRound, Math::max);
    return confirm(self, membership);
  }

  /**
   * Ends the round if a majority, the leader included, has answered it.
   *
   * @return whether another round begins
   */
  boolean confirm(NodeId self, Membership membership) {
    if (underWay.isEmpty()) {
      return false;
    }
    TreeSet<NodeId> confirming = new TreeSet<>();
    confirming.add(self);
    answeredRounds.forEach(
        (voter, answered) -> {
          if (answered >= round) {
            confirming.add(voter);
          }
        });
    if (!membership.isMajority(confirming)) {
      return false;
    }
    List<Read> sure = underWay;
    underWay = new ArrayList<>();
    sure.forEach(read -> read.answer().accept(Optional.of(read.readIndex())));
    return beginIfIdle();
  }

  /** The leadership is over: nobody can confirm these any more. */
  void abandon() {
    underWay.forEach(read -> read.answer().accept(Optional.empty()));
    next.forEach(read -> read.answer().accept(Optional.empty()));
    underWay = new ArrayList<>();
    next = new ArrayList<>();
  }

  private boolean beginIfIdle() {
    if (!underWay.isEmpty() || next.isEmpty()) {
      return false;
    }
    underWay = next;
    next = new ArrayList<>();
    round++;
    return true;
  }
}
