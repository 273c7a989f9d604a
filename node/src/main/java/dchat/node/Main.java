package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.storage.StorageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line of a node: options to settings, settings to a running node, its end to a code.
 */
@Command(
    name = "dchat node",
    description = "Runs one node of a chat cluster until it is told to stop.",
    sortOptions = false,
    footer = {
      "",
      "Options override the file, and the file the defaults.",
      "Exit code: 0 stopped when asked to, 1 couldn't start or go on, 2 wrong options or",
      "configuration."
    })
final class Main implements Callable<Integer> {
  static final int STOPPED = 0;
  static final int FAILED = 1;
  static final int BAD_SETTINGS = 2;
  private static final int GAVE_UP = -1;
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  private boolean help;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file, see conf/README.md.")
  private Optional<Path> file;

  @Option(names = "--id", paramLabel = "ID", description = "This node's name in the cluster.")
  private Optional<String> id;

  @Option(
      names = "--peers",
      paramLabel = "PEERS",
      description =
          "The other members: id=host:port or host:port of their raft ports, with commas.")
  private Optional<String> peers;

  @Option(
      names = "--join",
      paramLabel = "URLS",
      description =
          "Joins a cluster that runs: http://host:port of one or more of its nodes, with commas.")
  private Optional<String> join;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder of its databases.")
  private Optional<String> data;

  @Option(names = "--http-host", paramLabel = "HOST", description = "Interface for clients.")
  private Optional<String> httpHost;

  @Option(names = "--http-port", paramLabel = "PORT", description = "Port for clients.")
  private Optional<Integer> httpPort;

  @Option(names = "--raft-host", paramLabel = "HOST", description = "Name peers reach it at.")
  private Optional<String> raftHost;

  @Option(names = "--raft-port", paramLabel = "PORT", description = "Port for peers.")
  private Optional<Integer> raftPort;

  @Option(names = "--cluster-name", paramLabel = "NAME", description = "The same on all nodes.")
  private Optional<String> clusterName;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace.")
  private Optional<String> logLevel;

  public static void main(String[] args) {
    System.exit(
        switch (args.length == 0 ? "" : args[0]) {
          case "inspect" -> inspect(rest(args), System.out, System.err);
          case "restore" -> tool("restore", new Restore(System.out), rest(args), System.err);
          case "remove" -> tool("remove", new Removal(System.out), rest(args), System.err);
          default -> run(args, System.err);
        });
  }

  private static String[] rest(String[] args) {
    return Arrays.copyOfRange(args, 1, args.length);
  }

  static int inspect(String[] args, PrintStream out, PrintStream err) {
    return tool("inspect", new Inspect(out), args, err);
  }

  /** What isn't a node: its errors are one line, too. */
  static int tool(String name, Object command, String[] args, PrintStream err) {
    return new CommandLine(command)
        .setParameterExceptionHandler((e, a) -> tell(err, name, e.getMessage(), BAD_SETTINGS))
        .setExecutionExceptionHandler((e, c, result) -> tell(err, name, e.getMessage(), FAILED))
        .execute(args);
  }

  private static int tell(PrintStream err, String name, String line, int code) {
    err.println("dchat " + name + ": " + line.lines().findFirst().orElse(""));
    return code;
  }

  static int run(String[] args, PrintStream err) {
    return commandLine(err).execute(args);
  }

  /** What understands a node's options; it starts one when it is executed. */
  static CommandLine commandLine(PrintStream err) {
    return new CommandLine(new Main())
        .setParameterExceptionHandler((e, arguments) -> refuse(err, e.getMessage(), BAD_SETTINGS))
        .setExecutionExceptionHandler((e, command, result) -> explain(err, e));
  }

  @Override
  public Integer call() {
    NodeSettings settings = NodeSettings.from(NodeConfig.load(file, options()));
    settings.logOutput().use(settings.logLevel());
    CompletableFuture<Node> started = new CompletableFuture<>();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    stopOnSignal(settings, started, code);
    Node node;
    try {
      node = Node.start(settings);
    } catch (RuntimeException e) {
      code.complete(FAILED);
      throw e;
    }
    started.complete(node);
    code.complete(
        switch (node.awaitEnd()) {
          case Stop.Asked asked -> STOPPED;
          case Stop.Failed failed -> FAILED;
        });
    return code.join();
  }

  /**
   * A signal starts the JVM's shutdown hooks, and the JVM would then report death by signal. Having
   * done what the signal asked for is success, so this hook waits and ends the process itself. One
   * that still looks for the cluster to join has nothing to end.
   */
  private static void stopOnSignal(
      NodeSettings settings, CompletableFuture<Node> started, CompletableFuture<Integer> code) {
    Duration within = settings.stopWithin();
    Thread hook =
        new Thread(
            () -> {
              if (code.isDone()) {
                return;
              }
              if (!started.isDone()) {
                log.info("{} stopped (signal) before it had started", settings.id());
                Runtime.getRuntime().halt(STOPPED);
              }
              started.join().stop(new Stop.Asked("signal"));
              Integer ended =
                  code.completeOnTimeout(GAVE_UP, within.toMillis(), TimeUnit.MILLISECONDS).join();
              if (ended == GAVE_UP) {
                log.error("{} didn't stop within {} and is cut off", settings.id(), within);
              }
              Runtime.getRuntime().halt(ended == GAVE_UP ? FAILED : ended);
            },
            "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static int explain(PrintStream err, Exception e) {
    return switch (e) {
      case StartException.BadSettings bad -> refuse(err, bad.getMessage(), BAD_SETTINGS);
      case StartException.InTheWay inTheWay -> refuse(err, inTheWay.getMessage(), FAILED);
      case StorageException storage -> refuse(err, storage.getMessage(), FAILED);
      default -> {
        e.printStackTrace(err);
        yield refuse(err, "failed to start: " + e, FAILED);
      }
    };
  }

  private static int refuse(PrintStream err, String line, int code) {
    err.println("dchat node: " + line.replaceAll("\\s*\\R\\s*", " "));
    return code;
  }

  private Config options() {
    Map<String, Object> given = new HashMap<>();
    id.ifPresent(value -> given.put("dchat.node.id", value));
    peers.ifPresent(value -> given.put("dchat.node.peers", value));
    join.ifPresent(value -> given.put("dchat.node.join", value));
    data.ifPresent(value -> given.put("dchat.node.data", value));
    httpHost.ifPresent(value -> given.put("dchat.http.host", value));
    httpPort.ifPresent(value -> given.put("dchat.http.port", value));
    raftHost.ifPresent(value -> given.put("dchat.raft.host", value));
    raftPort.ifPresent(value -> given.put("dchat.raft.port", value));
    clusterName.ifPresent(value -> given.put("dchat.node.cluster-name", value));
    logLevel.ifPresent(value -> given.put("dchat.node.log-level", value));
    return ConfigFactory.parseMap(given, "command line");
  }
}
