package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.history.Event;
import dchat.history.Figures;
import dchat.history.HistoryChecker;
import dchat.history.HistoryLines;
import dchat.history.Recorder;
import dchat.history.Verdict;
import dchat.history.Workload;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whether a cluster of real processes that are killed, paused and restarted looks to its clients
 * like one machine that works. {@code -Ddchat.soak.minutes=10} goes on for that long.
 */
@Tag("processes")
class LinearizabilityTest {
  private static final int CLIENTS = 6;

  /** Of the others there is enough in a soak. */
  private static final List<Adversary.Fault> ALWAYS =
      List.of(
          Adversary.Fault.PAUSE_LEADER,
          Adversary.Fault.KILL_LEADER,
          Adversary.Fault.TRANSFER,
          Adversary.Fault.PAUSE_BRIEFLY,
          Adversary.Fault.STOP_LEADER,
          Adversary.Fault.KILL_ALL);

  private static final Duration SOAK =
      Duration.ofMinutes(Integer.getInteger("dchat.soak.minutes", 0));
  private static final Path HISTORY =
      Path.of("target", "histories", SOAK.isZero() ? "processes.jsonl" : "soak.jsonl");

  /** Compacts so often that who was away for a moment may need a snapshot. */
  @RegisterExtension
  final ProcessCluster cluster =
      new ProcessCluster(
          3,
          "dchat.raft.compaction.after-entries=200",
          "dchat.raft.compaction.keep-entries=50",
          "dchat.raft.journal.snapshot-every=100");

  @Test
  void rule_9_rule_10_rule_15_clients_see_one_machine_whoever_is_killed_paused_or_deposed()
      throws Exception {
    List<URI> nodes = cluster.nodes().stream().map(node -> node.uri("/")).toList();
    cluster.startAll();
    try (Recorder recorder = new Recorder(HISTORY);
        Workload clients = new Workload(recorder, cluster.http(), nodes)) {
      Adversary adversary = new Adversary(cluster, recorder, clients, new Random());
      clients.start(CLIENTS);
      long end = System.nanoTime() + SOAK.toNanos();
      for (Adversary.Fault fault : ALWAYS) {
        adversary.inflict(fault);
      }
      while (System.nanoTime() < end) {
        adversary.doAnything();
      }
      clients.stop();
      cluster.nodes().forEach(cluster::awaitReady);
      clients.readEverything(ProcessCluster.SOON);
      System.out.println("faults: " + adversary.done());
    }
    judge();
  }

  /** What is judged is the file, as anybody else would read it. */
  private static void judge() {
    List<Event> history = HistoryLines.read(HISTORY);
    Verdict verdict = HistoryChecker.check(history);
    System.out.println(HISTORY + ": " + Figures.of(history) + ": " + verdict);
    assertThat(verdict.faults()).as("faults of " + HISTORY).isEmpty();
  }
}
