package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dchat.history.HistoryChecker;
import dchat.history.HistoryLines;
import dchat.history.Recorder;
import dchat.history.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose disk is really full, while clients go on: nothing is lost, nobody has to help. */
@Tag("processes")
class DiskFullTest {
  private static final Path HISTORIES = Path.of("target", "histories");
  private static final int MEGABYTES = 24;

  /** What SQLite says when there is no room. */
  private static final String FULL = "database or disk is full";

  @RegisterExtension
  final ProcessCluster cluster =
      new ProcessCluster(
          3,
          // Full for many attempts, not for a long time.
          "dchat.raft.recovery-backoff=100ms",
          "dchat.raft.compaction.after-entries=200",
          "dchat.raft.compaction.keep-entries=50",
          "dchat.raft.journal.snapshot-every=100");

  private final Deque<SmallDisk> disks = new ArrayDeque<>();

  @TempDir Path elsewhere;

  @AfterEach
  void unmount() {
    cluster.nodes().forEach(NodeProcess::kill);
    disks.forEach(SmallDisk::close);
  }

  @Test
  void rule_17_a_leader_whose_disk_is_full_steps_down_says_why_and_comes_back_when_there_is_room()
      throws Exception {
    NodeProcess node = cluster.node(0);
    SmallDisk disk = mount(node.data());
    cluster.startAll();
    whileFull(node, disk, "disk-full.jsonl", "can't use its journal", "uses its journal again");
  }

  @Test
  void rule_17_a_leader_that_has_no_room_for_its_tables_alone_steps_down_too_and_comes_back()
      throws Exception {
    NodeProcess node = cluster.node(0);
    cluster.startAll();
    node.terminate();
    node.awaitExit();
    SmallDisk disk = mount(elsewhere.resolve("small"));
    moveTables(node.data(), elsewhere.resolve("small"));
    cluster.start(node);
    cluster.awaitReady(node);
    whileFull(node, disk, "tables-full.jsonl", "can't apply entries", "applies entries again");
  }

  private void whileFull(
      NodeProcess node, SmallDisk disk, String file, String trouble, String recovery)
      throws Exception {
    List<URI> nodes = cluster.nodes().stream().map(each -> each.uri("/")).toList();
    Path history = HISTORIES.resolve(file);
    try (Recorder recorder = new Recorder(history);
        Workload clients = new Workload(recorder, cluster.http(), nodes)) {
      clients.start(4);
      makeLeader(node);
      disk.fill();
      Await.until(
          "the full node says why",
          ProcessCluster.SOON,
          () -> node.trouble().filter(t -> t.contains(trouble) && t.contains(FULL)).isPresent());
      Await.until("another leads", ProcessCluster.SOON, () -> cluster.awaitLeader() != node);
      awaitMore(recorder, 60);
      assertThat(node.isReady()).isFalse();
      assertThat(node.messages()).as("what it has can be read").isPresent();

      disk.makeRoom();
      cluster.awaitReady(node);
      assertThat(node.trouble()).isEmpty();
      assertThat(lines(node, "ERROR")).allMatch(line -> line.contains(FULL));
      assertThat(lines(node, "ERROR node0 " + trouble)).as("it says so once").hasSize(1);
      assertThat(lines(node, recovery)).as("and when it is over").hasSize(1);
      assertThat(lines(node, "\tat ")).as("without a stack trace").isEmpty();
      makeLeader(node);
      awaitMore(recorder, 50);
      clients.stop();
      clients.readEverything(ProcessCluster.SOON);
    }
    assertThat(HistoryChecker.check(HistoryLines.read(history)).faults()).isEmpty();
  }

  private SmallDisk mount(Path folder) {
    Optional<SmallDisk> disk = SmallDisk.mount(folder, MEGABYTES);
    disk.ifPresent(disks::push);
    assumeTrue(disk.isPresent(), "mounting a file system isn't permitted here");
    return disk.orElseThrow();
  }

  /** SQLite keeps what belongs to a database beside where the link leads. */
  private static void moveTables(Path data, Path to) throws IOException {
    Path tables = data.resolve("chat.db");
    Path moved = to.resolve("chat.db");
    Files.move(tables, moved);
    Files.createSymbolicLink(tables, moved);
  }

  /** As often as it takes: the chosen one may be behind. */
  private void makeLeader(NodeProcess node) {
    Await.until(
        node.id() + " leads",
        ProcessCluster.SOON,
        () -> {
          NodeProcess leader = cluster.awaitLeader();
          if (leader != node) {
            leader.transferLeadership(node);
          }
          return leader == node;
        });
  }

  private static void awaitMore(Recorder recorder, int count) {
    long goal = recorder.acknowledged() + count;
    Await.until(
        goal + " lines are acknowledged",
        ProcessCluster.SOON,
        () -> recorder.acknowledged() >= goal);
  }

  private static List<String> lines(NodeProcess node, String text) {
    return node.log(Integer.MAX_VALUE).lines().filter(line -> line.contains(text)).toList();
  }
}
