package dchat.sim;

import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who voted for whom and who led, in every term of a run (paper, section 5.2). */
final class Elections {

  private record Ballot(NodeId voter, long term) {}

  private final Judge judge;
  private final Map<Ballot, NodeId> votes = new HashMap<>();
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();

  Elections(Judge judge) {
    this.judge = judge;
  }

  /** At most one vote a term, whatever crashes lie between. */
  void voted(NodeId voter, long term, NodeId candidate) {
    NodeId earlier = votes.putIfAbsent(new Ballot(voter, term), candidate);
    judge.require(
        earlier == null || earlier.equals(candidate),
        "%s votes for %s in term %d, and has voted for %s",
        voter,
        candidate,
        term,
        earlier);
  }

  /** Who leads has the votes of a majority of the voters in its log, cast in this very term. */
  void requireElected(NodeId leader, long term, Membership membership) {
    List<NodeId> voters =
        membership.members().stream()
            .map(Member::id)
            .filter(id -> leader.equals(votes.get(new Ballot(id, term))))
            .toList();
    judge.require(
        membership.isMajority(voters),
        "%s leads term %d, for which only %s voted for it",
        leader,
        term,
        voters);
  }

  /** Election safety: at most one leader a term, ever. */
  void leads(NodeId leader, long term) {
    NodeId earlier = leaders.putIfAbsent(term, leader);
    judge.require(
        earlier == null || earlier.equals(leader),
        "two leaders in term %d: %s and %s",
        term,
        earlier,
        leader);
  }

  /** It comes back as another node under the old name. */
  void forgetVotesOf(NodeId node) {
    votes.keySet().removeIf(ballot -> ballot.voter().equals(node));
  }

  /** How many terms had a leader. */
  int leaderships() {
    return leaders.size();
  }
}
