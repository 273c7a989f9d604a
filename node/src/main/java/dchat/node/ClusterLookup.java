package dchat.node;

import dchat.node.ClusterPages.View;
import dchat.node.StartException.InTheWay;
import dchat.raft.Member;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the cluster that a node without data is to join, by asking the nodes it was given until one
 * of them can speak for a majority. Comes before the data folder is touched: a slip in an address
 * or a name must leave nothing behind.
 */
final class ClusterLookup {
  private static final Logger log = LoggerFactory.getLogger(ClusterLookup.class);

  private final NodeSettings settings;
  private final ClusterPages pages;
  private final RetryPace pace =
      new RetryPace(Duration.ofMillis(250), Duration.ofSeconds(5), RandomGenerator.getDefault());

  ClusterLookup(NodeSettings settings, ClusterPages pages) {
    this.settings = settings;
    this.pages = pages;
  }

  /**
   * Waits for as long as it takes.
   *
   * @throws InTheWay if there is a cluster, but not one that this node can join
   */
  JoinedCluster find() {
    log.info("{} asks {} for their cluster", settings.id(), settings.join());
    while (true) {
      List<String> reasons = new ArrayList<>();
      for (URI node : settings.join()) {
        switch (pages.look(node).join()) {
          case View.Cluster(var name, var standing) -> {
            refuseIfForeign(node, name);
            standing.members().forEach(member -> refuseIfInTheWay(node, member));
            return standing.without(settings.id());
          }
          case View.Nothing(var reason) -> reasons.add(node + " " + reason);
        }
      }
      String all = String.join("; ", reasons);
      if (pace.isWorthSaying(all)) {
        log.warn("{} can't join yet and keeps asking: {}", settings.id(), all);
      }
      pause(pace.next());
    }
  }

  /**
   * For one of the first, whose data is gone or never was: asks once whether the cluster goes on
   * without it. Where it does, its peers have removed it, and it has to join like any other; to
   * begin where it once began, it would wait for them for ever.
   *
   * @throws InTheWay if another cluster is there
   */
  Optional<JoinedCluster> findIfRemoved() {
    for (URI node : settings.join()) {
      if (pages.look(node).join() instanceof View.Cluster(var name, var standing)) {
        refuseIfForeign(node, name);
        return Optional.of(standing)
            .filter(
                cluster -> cluster.members().stream().noneMatch(m -> m.id().equals(settings.id())));
      }
    }
    return Optional.empty();
  }

  private void refuseIfForeign(URI node, String cluster) {
    if (!cluster.equals(settings.clusterName())) {
      throw new InTheWay(
          "can't join: %s belongs to cluster %s, not to %s; to join that one, --cluster-name %s"
              .formatted(node, cluster, settings.clusterName(), cluster));
    }
  }

  private void refuseIfInTheWay(URI node, Member member) {
    boolean sameId = member.id().equals(settings.id());
    boolean sameAddress = member.raftAddress().equals(settings.raft().toString());
    if (sameId && member.isVoter()) {
      throw new InTheWay(
          ("can't join: %s is a voter of the cluster already, but %s is empty, so it has forgotten"
                  + " what it promised; remove it first (./dchat cluster remove %s --node %s), then"
                  + " start it again")
              .formatted(settings.id(), settings.data(), settings.id(), node));
    }
    if (sameId && !sameAddress) {
      throw new InTheWay(
          "can't join: %s is a member at %s already, not at %s; choose another --id, or remove it first (./dchat cluster remove %s --node %s)"
              .formatted(
                  settings.id(), member.raftAddress(), settings.raft(), settings.id(), node));
    }
    if (sameAddress && !sameId) {
      throw new InTheWay(
          "can't join: %s is the address of member %s".formatted(settings.raft(), member.id()));
    }
  }

  private static void pause(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InTheWay("was interrupted while it looked for its cluster", e);
    }
  }

  /** The cluster to join, if that is what this node is to do and there is nothing to go on from. */
  static Optional<JoinedCluster> findIfAsked(
      NodeSettings settings, NodeTls tls, boolean withoutData) {
    if (settings.join().isEmpty() || !withoutData) {
      return Optional.empty();
    }
    try (ClusterPages pages = new ClusterPages(tls.trust(), settings.clients().adminToken())) {
      var lookup = new ClusterLookup(settings, pages);
      return settings.founder() ? lookup.findIfRemoved() : Optional.of(lookup.find());
    }
  }
}
