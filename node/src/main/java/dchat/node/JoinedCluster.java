package dchat.node;

import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import java.util.List;

/**
 * A running cluster as it was when this node asked to be let in.
 *
 * @param members all but this node
 */
record JoinedCluster(JoinPoint point, List<Member> members) {

  JoinedCluster {
    members = List.copyOf(members);
  }

  /** The same, should it name {@code self}: who has no data is no member yet. */
  JoinedCluster without(NodeId self) {
    return new JoinedCluster(
        point, members.stream().filter(member -> !member.id().equals(self)).toList());
  }
}
