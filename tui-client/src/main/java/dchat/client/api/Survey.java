package dchat.client.api;

import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the nodes said that were asked how the cluster is; not all need have answered. */
public record Survey(List<Reply> replies) {
  /** One node's view of the cluster, and how long it took to get it. */
  public record Reply(URI from, ClusterStatus status, Duration roundTrip) {}

  /**
   * Who knows a leader knows more than who doesn't; of those the latest, best the leader itself.
   */
  private static final Comparator<Reply> BY_KNOWLEDGE =
      Comparator.comparing((Reply r) -> r.status().leader().isPresent())
          .thenComparing(r -> r.status().term())
          .thenComparing(r -> r.status().leader().equals(Optional.of(r.status().node())))
          .thenComparing(r -> r.status().commitIndex());

  public Survey {
    replies = List.copyOf(replies);
  }

  /** The answer of whoever knows most; empty when nobody answered. */
  public Optional<Reply> best() {
    return replies.stream().max(BY_KNOWLEDGE);
  }

  public boolean hasAnswered(String node) {
    return replies.stream().anyMatch(r -> r.status().node().equals(node));
  }

  /** Whether a member works: it answered, or the leader reaches it. Empty when nobody can tell. */
  public Optional<Boolean> isUp(ClusterStatus.Member member) {
    return hasAnswered(member.id()) ? Optional.of(true) : member.reachable();
  }

  /**
   * One address for each member: its own, or the one under which it answered while the leader
   * hasn't heard of it yet, as in the first moments after an election. None of members that nobody
   * knows how to reach.
   */
  public List<URI> addresses() {
    return members()
        .flatMap(member -> member.http().or(() -> answeredFrom(member)).stream())
        .toList();
  }

  private Optional<URI> answeredFrom(ClusterStatus.Member member) {
    return replies.stream()
        .filter(reply -> reply.status().node().equals(member.id()))
        .map(Reply::from)
        .findFirst();
  }

  /** How many members may vote. */
  public int voters() {
    return (int) members().filter(ClusterStatus.Member::isVoter).count();
  }

  /** How many of them are known to be up. */
  public int votersUp() {
    return (int) members().filter(m -> m.isVoter() && isUp(m).orElse(false)).count();
  }

  private Stream<ClusterStatus.Member> members() {
    return best().stream().flatMap(r -> r.status().members().stream());
  }
}
