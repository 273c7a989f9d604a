package dchat.raft;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who belongs to the cluster, and what a majority of it is. Ordered by id, so that equal
 * memberships are equal lists.
 */
public record Membership(List<Member> members) {

  /**
   * @throws IllegalArgumentException if two members share an id
   */
  public Membership {
    members = members.stream().sorted(Comparator.comparing(Member::id)).toList();
    if (members.stream().map(Member::id).distinct().count() != members.size()) {
      throw new IllegalArgumentException("two members share an id: " + members);
    }
  }

  public static Membership of(Member... members) {
    return new Membership(List.of(members));
  }

  public Optional<Member> find(NodeId id) {
    return members.stream().filter(m -> m.id().equals(id)).findFirst();
  }

  public boolean isVoter(NodeId id) {
    return find(id).filter(Member::isVoter).isPresent();
  }

  public List<Member> voters() {
    return members.stream().filter(Member::isVoter).toList();
  }

  public List<Member> othersThan(NodeId self) {
    return members.stream().filter(m -> !m.id().equals(self)).toList();
  }

  /** The smallest number of voters that is more than half of them. */
  public int majority() {
    return voters().size() / 2 + 1;
  }

  /** Whether the voters among {@code ids} are a majority; learners and strangers don't count. */
  public boolean isMajority(Collection<NodeId> ids) {
    return voters().stream().filter(v -> ids.contains(v.id())).count() >= majority();
  }

  /** The same members and {@code added}. */
  public Membership with(Member added) {
    return new Membership(Stream.concat(members.stream(), Stream.of(added)).toList());
  }

  /** The same members but {@code removed}. */
  public Membership without(NodeId removed) {
    return new Membership(othersThan(removed));
  }

  /** The same members, with {@code member} in the place of the one with its id. */
  public Membership withUpdated(Member member) {
    return new Membership(
        members.stream().map(m -> m.id().equals(member.id()) ? member : m).toList());
  }
}
