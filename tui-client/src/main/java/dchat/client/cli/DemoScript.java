package dchat.client.cli;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.TimeOrderedIds;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The demo for where nobody can type: two people talk, the leader is killed, they keep talking, the
 * dead node comes back; then every node is asked for the whole conversation.
 */
final class DemoScript {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final List<String> BEFORE =
      List.of(
          "hello bob, is this thing replicated?",
          "hello ann: on every node, I am told",
          "then let us see what happens when the leader goes");

  private static final List<String> AFTER =
      List.of(
          "are you still there?",
          "still here. Did you notice anything?",
          "a short pause, nothing else",
          "and nothing is lost or doubled, says the log");

  private final DemoCluster cluster;
  private final PrintWriter out;
  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system());
  private final List<String> acknowledged = new ArrayList<>();

  DemoScript(DemoCluster cluster, PrintWriter out) {
    this.cluster = cluster;
    this.out = out;
  }

  /** Plays it; true when nothing was lost or doubled. */
  boolean play() throws InterruptedException, IOException {
    try (ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()))) {
      Optional<ClusterStatus> status = cluster.ledStatus(client);
      Optional<DemoNode> leader = status.flatMap(ClusterStatus::leader).flatMap(cluster::node);
      if (leader.isEmpty()) {
        return failed("no leader");
      }
      say("-- %s leads, term %d".formatted(leader.get().id(), status.get().term()));
      boolean good = talk(client, BEFORE);
      long killed = System.nanoTime();
      leader.get().kill();
      say("-- killed " + leader.get().id() + ", the leader");
      good &= talk(client, AFTER.subList(0, 1));
      say("-- %.2f s from the kill to the next committed line".formatted(since(killed)));
      good &= talk(client, AFTER.subList(1, AFTER.size()));
      say("-- starting " + leader.get().id() + " again");
      leader.get().start();
      return good && allNodesHaveItAll(client);
    }
  }

  private boolean talk(ClusterClient client, List<String> lines) {
    for (String line : lines) {
      String user = acknowledged.size() % 2 == 0 ? "ann" : "bob";
      String id = ids.next();
      Outcome outcome = client.send(new Command.Say(id, user, "general", line), PATIENCE, p -> {});
      if (!(outcome instanceof Outcome.Committed committed)) {
        return failed("'" + line + "' was not committed: " + outcome);
      }
      acknowledged.add(id);
      say("%5d  %-4s %s".formatted(committed.index(), user, line));
    }
    return true;
  }

  /** Each node, the one that was dead too, has every line once and in the order it was said. */
  private boolean allNodesHaveItAll(ClusterClient client) throws InterruptedException {
    for (DemoNode node : cluster.nodes()) {
      long began = System.nanoTime();
      List<String> has = idsOf(client, node);
      while (!has.equals(acknowledged) && System.nanoTime() - began < PATIENCE.toNanos()) {
        Thread.sleep(100);
        has = idsOf(client, node);
      }
      if (!has.equals(acknowledged)) {
        return failed(node.id() + " has " + has.size() + " of " + acknowledged.size() + " lines");
      }
      say("-- " + node.id() + " has all " + has.size() + " lines, each once, in order");
    }
    return true;
  }

  /** The lines of this conversation that a node has; none while it doesn't answer. */
  private List<String> idsOf(ClusterClient client, DemoNode node) throws InterruptedException {
    List<String> ids = new ArrayList<>();
    try {
      // A folder given with --data may hold older conversations.
      client.messages(node.url(), 0, (ChatEvent event) -> ids.add(event.id()));
    } catch (IOException e) {
      return List.of();
    }
    int first = acknowledged.isEmpty() ? -1 : ids.indexOf(acknowledged.getFirst());
    return first < 0 ? List.of() : ids.subList(first, ids.size());
  }

  private boolean failed(String why) {
    cluster.keepData();
    say("FAILED: " + why + "; the logs are in " + cluster.data());
    return false;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static double since(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
