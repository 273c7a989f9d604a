package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.bench.LoadPlan;
import dchat.client.bench.LoadRun;
import dchat.client.bench.Report;
import dchat.client.bench.Victims;
import dchat.client.tui.ScreenChat;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast the cluster is. */
@Command(
    name = "bench",
    description = {
      "Make load on a cluster, and measure throughput and latency.",
      "It writes to rooms of its own (bench-001, ...), which stay."
    },
    footer = {
      "",
      "Latency counts from when a request was to be sent to when its answer was there,",
      "retries included; errors are what failed for good. Ctrl-C reports what there is so far."
    })
final class Bench implements Callable<Integer> {
  private static final long LAST_WORDS_SECONDS = 10;

  @Spec private CommandSpec spec;
  @Mixin private NodesOption nodes;
  @Mixin private LoadOptions load;

  @Option(
      names = "--spawn",
      paramLabel = "N",
      description = "Start N nodes (3 or 5) on this machine for it, and end them afterwards.")
  private Optional<Integer> spawn = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where spawned nodes keep their data. Default: a temporary folder.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--node-java-opts",
      paramLabel = "OPTS",
      defaultValue = "",
      description =
          "More JVM options for spawned nodes, separated by spaces, in one argument. Default: those"
              + " of node/jvm.options.")
  private String nodeJavaOptions;

  @Option(
      names = "--json",
      description = "Give the results as one JSON object, too, in the last line.")
  private boolean json;

  @Option(
      names = "--histogram-log",
      paramLabel = "FILE",
      description = "Write latencies second by second in HdrHistogram's log format.")
  private Optional<Path> histogramLog = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    LoadPlan plan = load.plan(spec, spawn.isPresent());
    check();
    if (spawn.isEmpty()) {
      try (ClusterClient client = nodes.connect()) {
        return measure(plan, client, Victims.none());
      }
    }
    List<String> jvm =
        Pattern.compile("\\s+").splitAsStream(nodeJavaOptions).filter(o -> !o.isEmpty()).toList();
    try (DemoCluster cluster = DemoCluster.prepare(spawn.get(), data, jvm, this::onDeath);
        ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()))) {
      warnOfMemory(cluster.data());
      say("starting " + spawn.get() + " nodes, data in " + cluster.data() + " ...");
      BenchNodes spawned = new BenchNodes(cluster, client);
      spawned.start();
      return measure(plan, client, spawned);
    }
  }

  private void check() {
    if (spawn.isPresent() && spawn.get() != 3 && spawn.get() != 5) {
      throw new ParameterException(spec.commandLine(), "--spawn must be 3 or 5");
    }
    if (spawn.isPresent() && nodes.isGiven()) {
      throw new ParameterException(spec.commandLine(), "either --spawn or --node, not both");
    }
    if (spawn.isEmpty() && (data.isPresent() || !nodeJavaOptions.isBlank())) {
      throw new ParameterException(
          spec.commandLine(), "--data and --node-java-opts are for --spawn");
    }
    Optional<Path> folder = histogramLog.map(file -> file.toAbsolutePath().getParent());
    if (folder.filter(f -> !Files.isDirectory(f)).isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--histogram-log: there is no folder " + folder.get());
    }
    Optional<URI> encrypted =
        spawn.isPresent()
            ? Optional.empty()
            : nodes.addresses().stream().filter(n -> !n.getScheme().equals("http")).findFirst();
    if (encrypted.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), encrypted.get() + ": bench speaks plain http only");
    }
  }

  /** Where fsync costs nothing, the figures would be too good. */
  private void warnOfMemory(Path folder) throws IOException {
    String type = Files.getFileStore(folder).type();
    if (type.equals("tmpfs") || type.equals("ramfs")) {
      spec.commandLine()
          .getErr()
          .println(
              "dchat: "
                  + folder
                  + " is in memory, so writes are faster than any disk's; see --data");
    }
  }

  private void onDeath(String words) {
    spec.commandLine().getErr().println("dchat: " + words);
    spec.commandLine().getErr().flush();
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private int measure(LoadPlan plan, ClusterClient client, Victims victims)
      throws IOException, InterruptedException {
    BenchProgress progress = new BenchProgress(spec.commandLine().getOut(), isTerminal());
    LoadRun run = new LoadRun(plan, client, victims, histogramLog, progress);
    CountDownLatch reported = new CountDownLatch(1);
    Thread onInterrupt = new Thread(() -> abort(run, reported), "bench-end");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try {
      say(LoadOptions.describe(plan));
      LoadRun.Result result = run.run();
      progress.clear();
      return switch (result) {
        case LoadRun.Result.NoLeader(String why) -> {
          spec.commandLine().getErr().println("dchat: " + why);
          yield ExitCode.NO_LEADER;
        }
        case LoadRun.Result.Measured(Report report) -> tell(report);
      };
    } finally {
      progress.clear();
      spec.commandLine().getOut().flush();
      reported.countDown();
      removeHook(onInterrupt);
    }
  }

  private static boolean isTerminal() {
    return ScreenChat.isPossible();
  }

  /** Ctrl-C: the process lives on until what was measured has been told. */
  private static void abort(LoadRun run, CountDownLatch reported) {
    run.abort();
    try {
      reported.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running.
    }
  }

  private int tell(Report report) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> lines = report.lines();
    lines.forEach(out::println);
    if (json) {
      out.println(report.json());
    }
    if (!report.hasResults()) {
      spec.commandLine().getErr().println("dchat: nothing was answered while it was measured");
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }
}
