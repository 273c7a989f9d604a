package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.api.Command.Say;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import dchat.client.api.TimeOrderedIds;
import dchat.client.tui.Sanitizer;
import dchat.client.tui.SessionFolder;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says one line, waits until it is committed, and tells by the exit code how that went. */
@Command(
    name = "send",
    description = "Say one line in a room and wait until it is committed.",
    footer = {
      "",
      "When the outcome is unknown (exit code 3), send the line again with the --id",
      "that is printed; it will not be doubled."
    })
final class Send implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NodesOption nodes;
  @Mixin private NameOption name;

  @Parameters(index = "0", paramLabel = "ROOM", description = "The room to speak in.")
  private String room;

  @Parameters(
      index = "1",
      arity = "1..*",
      paramLabel = "TEXT",
      description = "What to say; several words are joined by spaces.")
  private List<String> words;

  @Option(
      names = "--id",
      paramLabel = "UUID",
      description = "The id of the line; sending the same id again never doubles the line.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How long to wait for the outcome. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Override
  public Integer call() {
    if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
      throw new ParameterException(spec.commandLine(), "--timeout must be 1 to 86400 seconds");
    }
    String who = name.given().orElseGet(() -> System.getProperty("user.name"));
    Say line =
        new Say(
            id.orElseGet(() -> new TimeOrderedIds(InstantSource.system()).next()),
            who,
            room,
            String.join(" ", words));
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (ClusterClient client = nodes.connect()) {
      // A registered name speaks with the session that dchat chat has left for it.
      client.use(SessionFolder.of(System.getenv(), client::nodes).read(who));
      return tell(
          client.send(line, Duration.ofSeconds(timeoutSeconds), notes(err)), line, out, err);
    }
  }

  private static int tell(Outcome outcome, Say line, PrintWriter out, PrintWriter err) {
    return switch (outcome) {
      case Outcome.Committed(long index, boolean replayed) -> {
        out.println("committed " + index + (replayed ? " (before)" : ""));
        yield ExitCode.OK;
      }
      case Outcome.Rejected(String code, String detail) -> {
        err.println(
            "dchat: rejected: " + Sanitizer.line(detail) + " (" + Sanitizer.line(code) + ")");
        yield ExitCode.REJECTED;
      }
      case Outcome.Unknown(String detail) -> {
        err.println("dchat: outcome unknown: " + Sanitizer.line(detail));
        err.println("to make sure, send it again with --id " + Sanitizer.line(line.id()));
        yield ExitCode.UNKNOWN;
      }
      case Outcome.NoLeader(String detail) -> {
        err.println("dchat: not sent: " + Sanitizer.line(detail));
        yield ExitCode.NO_LEADER;
      }
    };
  }

  /** Each kind of waiting is mentioned once. */
  private static Consumer<Progress> notes(PrintWriter err) {
    AtomicBoolean electing = new AtomicBoolean();
    AtomicBoolean retrying = new AtomicBoolean();
    return progress -> {
      if (progress instanceof Progress.Electing && electing.compareAndSet(false, true)) {
        err.println("dchat: waiting for the cluster to elect a leader ...");
        err.flush();
      } else if (progress instanceof Progress.Retrying r && retrying.compareAndSet(false, true)) {
        err.println("dchat: " + Sanitizer.line(r.reason()) + "; trying again ...");
        err.flush();
      }
    };
  }
}
