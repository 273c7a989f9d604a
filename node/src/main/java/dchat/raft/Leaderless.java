package dchat.raft;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Says, once per episode, that this voter has been without a leader for long, and which peers can
 * be heard. An election takes less than a second; what lasts longer is a lack of voters, or a way
 * between two of them that is open in one direction only, and no other line in a log would show it.
 */
final class Leaderless {
  /** So long a cluster may look for a leader without anybody being told. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Replica replica;
  private final Logger log;

  // Of this episode.
  private OptionalLong sinceNanos = OptionalLong.empty();
  private boolean told;
  private final Set<NodeId> heard = new TreeSet<>();
  private final Set<NodeId> answered = new TreeSet<>();

  Leaderless(Replica replica, Logger log) {
    this.replica = replica;
    this.log = log;
  }

  /** Notes who can be heard, and who has heard this node. */
  void onPeerMessage(PeerMessage message) {
    if (sinceNanos.isEmpty()) {
      return;
    }
    heard.add(message.from());
    if (message instanceof PeerMessage.PreVoteReply || message instanceof PeerMessage.VoteReply) {
      answered.add(message.from());
    }
  }

  /** Every heartbeat interval. */
  void onTick(Role role) {
    List<NodeId> peers = otherVoters();
    boolean looksForLeader =
        replica.leader().isEmpty()
            && replica.membership().isVoter(replica.self())
            && !replica.isRemoved()
            && !peers.isEmpty()
            && !(role instanceof Recovering);
    if (!looksForLeader) {
      end();
    } else if (sinceNanos.isEmpty()) {
      sinceNanos = OptionalLong.of(replica.nanos());
    } else if (!told && lasted().compareTo(PATIENCE) >= 0) {
      told = true;
      log.warn(
          "{} has had no leader for {} s: {}",
          replica.self(),
          PATIENCE.toSeconds(),
          peers.stream().map(this::describe).collect(Collectors.joining(", ")));
    }
  }

  private void end() {
    if (told && replica.leader().isPresent()) {
      log.info(
          "{} has a leader again: {}, after {} ms",
          replica.self(),
          replica.leader().get(),
          lasted().toMillis());
    }
    sinceNanos = OptionalLong.empty();
    told = false;
    heard.clear();
    answered.clear();
  }

  private Duration lasted() {
    return Duration.ofNanos(replica.nanos() - sinceNanos.orElseThrow());
  }

  private List<NodeId> otherVoters() {
    return replica.membership().voters().stream()
        .map(Member::id)
        .filter(id -> !id.equals(replica.self()))
        .toList();
  }

  private String describe(NodeId peer) {
    if (answered.contains(peer)) {
      return peer + " answers";
    }
    return peer + (heard.contains(peer) ? " is heard but doesn't answer" : " is silent");
  }
}
