package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.tui.ChatSession;
import dchat.client.tui.NameFile;
import dchat.client.tui.ScreenChat;
import dchat.client.tui.SettingsFile;
import dchat.client.tui.Theme;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole cluster on this machine, to talk in and to break. */
@Command(
    name = "demo",
    description = {
      "Start a cluster on this machine and talk in it.",
      "Inside, /kill leader and the like show what happens when nodes die.",
      "Without a terminal the tour of faults is played, as with --script faults."
    },
    footer = {
      "",
      "While it runs, 'dchat chat' in another terminal joins the conversation.",
      "A script exits with 0 if every promise was kept, with 1 if one wasn't."
    })
final class Demo implements Callable<Integer> {
  private static final int START_SECONDS = 120;

  @Spec private CommandSpec spec;
  @Mixin private NameOption name;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes: 3 or 5. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep what is said in this folder. Default: a folder that goes with the demo.")
  private Optional<Path> data = Optional.empty();

  /** What can be played instead of chatting. */
  enum Script {
    FAULTS
  }

  @Option(
      names = "--script",
      paramLabel = "NAME",
      description = {
        "Play instead of chatting. faults: a guided tour that kills nodes until no majority is",
        "left, brings them back, and looks for every line on every node; best with --nodes 5."
      })
  private Optional<Script> script = Optional.empty();

  private final List<String> lastWords = new CopyOnWriteArrayList<>();
  private volatile Consumer<String> onDeath = words -> {};

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (size != 3 && size != 5) {
      throw new ParameterException(spec.commandLine(), "--nodes must be 3 or 5");
    }
    Optional<String> me = name.checked(spec);
    PrintWriter out = spec.commandLine().getOut();
    boolean screen = ScreenChat.isPossible();
    boolean tour = !screen || script.isPresent();
    try (DemoCluster cluster = DemoCluster.prepare(size, data, this::onDeath);
        ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()))) {
      if (!cluster.hasUsualPorts()) {
        out.println("the usual ports are taken; others join with: " + cluster.howToJoin());
      }
      long began = System.nanoTime();
      if (tour) {
        tourScreen(out, screen).title("DChat, a guided tour of what happens when machines die");
      }
      cluster.start();
      if (!awaitReady(cluster, client, out, screen)) {
        return ExitCode.FAILED;
      }
      if (tour) {
        FaultTour played = new FaultTour(cluster, client, tourScreen(out, screen), began);
        return played.play() ? ExitCode.OK : ExitCode.FAILED;
      }
      chat(cluster, client, me);
      out.print("ending the nodes ...");
      out.flush();
      data.ifPresent(d -> lastWords.add("what was said is kept in " + d));
    } finally {
      if (screen) {
        out.print("\r\u001b[K");
      }
      lastWords.forEach(out::println);
      out.flush();
    }
    return ExitCode.OK;
  }

  private static TourScreen tourScreen(PrintWriter out, boolean terminal) {
    return new TourScreen(out, terminal, Theme.fromEnvironment() != Theme.NONE);
  }

  private void onDeath(String words) {
    lastWords.add(words);
    onDeath.accept(words);
  }

  private void chat(DemoCluster cluster, ClusterClient client, Optional<String> me)
      throws IOException, InterruptedException {
    NameFile names = NameFile.of(System.getenv());
    DemoCommands commands = new DemoCommands(cluster, client);
    onDeath = commands::onDeath;
    // Neither outbox nor session: the cluster goes with the demo, and the usual ports may be
    // another's tomorrow.
    ScreenChat.run(
        new ChatSession(
            client,
            me.or(names::read),
            Optional.empty(),
            names,
            Optional.empty(),
            SettingsFile.of(System.getenv()),
            Optional.empty(),
            commands));
  }

  private boolean awaitReady(
      DemoCluster cluster, ClusterClient client, PrintWriter out, boolean spinner)
      throws IOException, InterruptedException {
    if (!spinner) {
      out.println("starting " + size + " nodes ...");
      out.flush();
    }
    long began = System.nanoTime();
    while (true) {
      long ready = cluster.nodes().stream().filter(n -> client.isReady(n.url())).count();
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      if (spinner) {
        out.printf("\r\u001b[Kstarting %d nodes: %d ready, %d s", size, ready, seconds);
        out.flush();
      }
      if (ready == size) {
        if (spinner) {
          out.print("\r\u001b[K");
          out.flush();
        }
        return true;
      }
      Optional<DemoNode> dead = cluster.nodes().stream().filter(n -> !n.isRunning()).findFirst();
      if (dead.isPresent() || seconds > START_SECONDS) {
        explainFailure(cluster, dead);
        return false;
      }
      Thread.sleep(100);
    }
  }

  private void explainFailure(DemoCluster cluster, Optional<DemoNode> dead) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    err.println();
    cluster.keepData();
    if (dead.isEmpty()) {
      err.println(
          "dchat: no leader after " + START_SECONDS + " s; the logs are in " + cluster.data());
      return;
    }
    List<String> log = Files.readAllLines(dead.get().log());
    err.println(
        "dchat: " + dead.get().id() + " did not start: " + (log.isEmpty() ? "" : log.getLast()));
  }
}
