package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.api.Survey;
import dchat.client.tui.PlainFormat;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about the cluster itself rather than the chat. */
@Command(
    name = "cluster",
    description = "See how the cluster is, and change who belongs to it and who leads.",
    subcommands = {
      ClusterCommand.Status.class,
      ClusterAdd.class,
      ClusterRemove.class,
      ClusterTransfer.class
    })
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? There are status, add, remove and transfer");
  }

  /** The members as a table. */
  @Command(name = "status", description = "Print the members, who leads, and who is behind.")
  static final class Status implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Spec private CommandSpec spec;
    @Mixin private NodesOption nodes;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      try (ClusterClient client = nodes.connect()) {
        // What the first answers tell of members beyond the configured ones is asked, too.
        client.survey(PATIENCE);
        Survey survey = client.survey(PATIENCE);
        Optional<Survey.Reply> best = survey.best();
        if (best.isEmpty()) {
          spec.commandLine().getErr().println("dchat: no node answers: " + client.reasons());
          return ExitCode.NO_LEADER;
        }
        PlainFormat.status(survey).forEach(out::println);
        return best.get().status().leader().isPresent() ? ExitCode.OK : ExitCode.NO_LEADER;
      }
    }
  }
}
