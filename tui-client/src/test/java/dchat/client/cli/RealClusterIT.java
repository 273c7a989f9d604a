package dchat.client.cli;

import static dchat.client.fake.Eventually.eventually;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Command;
import dchat.client.api.DirectMessage;
import dchat.client.api.EventStream;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.fake.Tmux;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against real nodes, which have to be packaged before: part of {@code mvn verify}. */
class RealClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;

  @BeforeAll
  static void nodesAreNextDoor() {
    System.setProperty("dchat.home", Path.of("..").toAbsolutePath().normalize().toString());
  }

  @Test
  void the_tour_of_faults_keeps_every_promise() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), "demo");
    assertThat(code).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains(", the leader; 2 of 3 nodes left")
        .containsPattern("node0 +has all [0-9]+ lines, each once, in order")
        .containsPattern("stream +has all [0-9]+ lines, each once, in order")
        .contains("nothing lost, nothing doubled");
  }

  /** Tests that share one cluster, for starting one takes its time. */
  @Nested
  class OneCluster {
    private static DemoCluster cluster;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
      cluster = DemoCluster.prepare(3, Optional.of(data), words -> {});
      cluster.start();
      try (ClusterClient client = connect()) {
        awaitLeader(cluster, client);
      }
    }

    @AfterAll
    static void stop() throws Exception {
      cluster.close();
    }

    private static ClusterClient connect() {
      return new ClusterClient(ClusterClient.Settings.of(cluster.urls()));
    }

    @Test
    void what_is_acknowledged_while_leaders_die_and_hang_is_there_once_and_streamed_once()
        throws Exception {
      try (ClusterClient client = connect()) {
        List<String> streamed = new ArrayList<>();
        EventStream stream = client.events(OptionalLong.empty(), event -> collect(event, streamed));
        ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        List<Future<?>> speakers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          String user = "user" + i;
          speakers.add(threads.submit(() -> speak(client, user, acknowledged)));
        }
        DemoNode killed = leader(cluster, client);
        killed.kill();
        awaitMore(acknowledged);
        killed.start();
        eventually(PATIENCE, () -> assertThat(client.isReady(killed.url())).isTrue());
        DemoNode hanging = leader(cluster, client);
        hanging.pause();
        awaitMore(acknowledged);
        hanging.resume();
        for (Future<?> speaker : speakers) {
          speaker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        threads.shutdown();

        for (DemoNode node : cluster.nodes()) {
          eventually(
              PATIENCE,
              () ->
                  assertThat(idsOf(client, node))
                      .as(node.id())
                      .doesNotHaveDuplicates()
                      .containsExactlyInAnyOrderElementsOf(acknowledged));
        }
        List<String> log = idsOf(client, cluster.nodes().getFirst());
        eventually(
            PATIENCE,
            () -> {
              synchronized (streamed) {
                assertThat(streamed).isEqualTo(log);
              }
            });
        stream.close();
      }
    }

    @Test
    void who_signs_in_on_a_terminal_gets_direct_lines_and_loses_nothing_to_a_second_device() {
      assumeTrue(Tmux.isInstalled(), "tmux is not installed");
      try (ClusterClient bob = connect();
          ClusterClient second = connect();
          Tmux terminal = chat()) {
        terminal.awaitText("your name>").type("ann").press("Enter").awaitText("a guest");
        terminal.type("/register").press("Enter").awaitText("password for ann>");
        terminal.type("correct horse").press("Enter").awaitText("once more>");
        terminal.type("correct horse").press("Enter").awaitText("you are signed in as ann");
        assertThat(terminal.screen()).doesNotContain("horse");

        Session bobs = register(bob, "bob");
        bob.use(Optional.of(bobs));
        say(bob, new Command.Direct(UUID.randomUUID().toString(), "bob", "ann", "psst"));
        terminal.awaitPattern("DIRECT\\s+[0-9] @bob +1!");
        terminal.press("F4").awaitPattern("bob +psst").type("what is it?").press("Enter");
        eventually(
            PATIENCE,
            () ->
                assertThat(bob.library().directs("ann", Optional.empty()))
                    .isInstanceOfSatisfying(
                        PastOutcome.BetweenTwo.class,
                        found ->
                            assertThat(found.lines())
                                .extracting(DirectMessage::text)
                                .containsExactly("psst", "what is it?")));

        second.use(Optional.of(signIn(second, "ann")));
        terminal.awaitText("SESSION TAKEN OVER").type("held").press("Enter");
        terminal.awaitPattern("~ you +held").type("/login").press("Enter");
        terminal.awaitText("password of ann>").type("correct horse").press("Enter");
        terminal.awaitText("Take over? y/n").type("y").awaitPattern("(?m)[0-9:]{5} you +held$");
      }
    }

    private Tmux chat() {
      String nodes = cluster.urls().stream().map(Object::toString).collect(joining(","));
      return ChatInTmux.start(folder, 90, nodes, folder);
    }

    private static Session register(ClusterClient client, String name) {
      assertThat(client.accounts(PATIENCE).register(name, "correct horse", name + "-registers"))
          .isInstanceOf(Outcome.Committed.class);
      return signIn(client, name);
    }

    private static Session signIn(ClusterClient client, String name) {
      SignInOutcome outcome =
          client
              .accounts(PATIENCE)
              .signIn(name, "correct horse", true, UUID.randomUUID().toString());
      assertThat(outcome).isInstanceOf(SignInOutcome.SignedIn.class);
      return ((SignInOutcome.SignedIn) outcome).session();
    }

    private static void say(ClusterClient client, Command line) {
      assertThat(client.send(line, PATIENCE, progress -> {})).isInstanceOf(Outcome.Committed.class);
    }
  }

  private static void collect(StreamEvent event, List<String> ids) {
    synchronized (ids) {
      switch (event) {
        case StreamEvent.Snapshot s ->
            s.lines().stream()
                .filter(line -> line.user().startsWith("user"))
                .forEach(line -> ids.add(line.id()));
        case StreamEvent.Happened(ChatEvent happened) when happened.user().startsWith("user") ->
            ids.add(happened.id());
        default -> {}
      }
    }
  }

  /** Says forty lines; each has to be committed, whatever dies meanwhile. */
  private static void speak(
      ClusterClient client, String user, ConcurrentLinkedQueue<String> acknowledged) {
    for (int i = 0; i < 40; i++) {
      Command line = new Command.Say(UUID.randomUUID().toString(), user, "general", "line " + i);
      Outcome outcome = client.send(line, PATIENCE, progress -> {});
      assertThat(outcome).isInstanceOf(Outcome.Committed.class);
      acknowledged.add(line.id());
    }
  }

  /** Ten lines more than now, or as many as there will be. */
  private static void awaitMore(ConcurrentLinkedQueue<String> acknowledged) {
    int enough = Math.min(acknowledged.size() + 10, 120);
    eventually(PATIENCE, () -> assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(enough));
  }

  private static void awaitLeader(DemoCluster cluster, ClusterClient client) {
    eventually(
        PATIENCE, () -> assertThat(cluster.nodes()).allMatch(node -> client.isReady(node.url())));
  }

  private static DemoNode leader(DemoCluster cluster, ClusterClient client) {
    eventually(PATIENCE, () -> assertThat(cluster.ledStatus(client)).isPresent());
    return cluster
        .ledStatus(client)
        .flatMap(ClusterStatus::leader)
        .flatMap(cluster::node)
        .orElseThrow();
  }

  private static List<String> idsOf(ClusterClient client, DemoNode node) {
    List<String> ids = new ArrayList<>();
    try {
      client.messages(
          node.url(),
          0,
          event -> {
            if (event.user().startsWith("user")) {
              ids.add(event.id());
            }
          });
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(node.id() + " gives no history", e);
    }
    return ids;
  }

  @Test
  void a_demo_that_is_killed_leaves_no_node_behind() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Ddchat.home=" + System.getProperty("dchat.home"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo",
                "--data",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      eventually(
          PATIENCE,
          () -> assertThat(demo.descendants().filter(RealClusterIT::isNode).count()).isEqualTo(3));
      List<ProcessHandle> nodes = demo.descendants().filter(RealClusterIT::isNode).toList();
      demo.destroyForcibly().waitFor();
      eventually(PATIENCE, () -> assertThat(nodes).noneMatch(ProcessHandle::isAlive));
    } finally {
      demo.descendants().forEach(ProcessHandle::destroyForcibly);
      demo.destroyForcibly();
    }
  }

  @Test
  void bench_works_with_all_it_can_measure() throws IOException {
    JsonNode json =
        bench(
            "--clients=4 --warmup=1s --duration=2s --reads=20% --linearizable=10% --subscribers=3");
    assertThat(json.path("errors").asInt()).as("%s", json).isZero();
    assertThat(json.path("writes_per_second").asDouble()).isPositive();
    assertThat(json.path("reads_per_second").asDouble()).isPositive();
    assertThat(json.path("linearizable_per_second").asDouble()).isPositive();
    assertThat(json.path("deliveries_per_second").asDouble()).isPositive();
    assertThat(json.path("nodes").asInt()).isEqualTo(3);
  }

  @Test
  void bench_finds_writes_going_on_after_it_killed_the_leader() throws IOException {
    JsonNode json = bench("--clients=4 --warmup=1s --failover=1");
    assertThat(json.path("errors").asInt()).as("%s", json).isZero();
    assertThat(json.path("gaps").asInt()).isEqualTo(1);
    assertThat(json.path("gap_max_ms").isNumber()).isTrue();
  }

  /** What a measurement of nodes of its own says in its last line. */
  private JsonNode bench(String options) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String all = "bench --spawn=3 --json --data=" + folder + " " + options;
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), all.split(" "));
    assertThat(code).as("%s%s", out, err).isZero();
    return new ObjectMapper().readTree(out.toString().lines().toList().getLast());
  }

  private static boolean isNode(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains("dchat-node.jar")).isPresent();
  }
}
