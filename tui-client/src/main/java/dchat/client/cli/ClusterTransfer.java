package dchat.client.cli;

import dchat.client.api.ChangeOutcome;
import dchat.client.api.ClusterChange;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes another node the leader, without an election timeout in between. */
@Command(
    name = "transfer",
    description = "Make another voter the leader; without an id, the one that has come furthest.")
final class ClusterTransfer implements Callable<Integer> {
  @Mixin private ChangeOptions options;

  @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Who is to lead.")
  private Optional<String> id = Optional.empty();

  @Override
  public Integer call() {
    try (ClusterClient client = options.connect()) {
      ChangeOutcome outcome =
          options.change(client, new ClusterChange.Transfer(id.map(options::id)));
      return outcome instanceof ChangeOutcome.Done
          ? tellWhoLeads(client)
          : ChangeOptions.exitCode(outcome);
    }
  }

  /** The old leader only knows that it leads no more. */
  private int tellWhoLeads(ClusterClient client) {
    do {
      Optional<String> leader = options.look(client).flatMap(ClusterStatus::leader);
      if (leader.isPresent()) {
        boolean another = id.filter(wanted -> !wanted.equals(leader.get())).isPresent();
        if (another) {
          options.complain(leader.get() + " leads now, not " + id.get() + "; it was faster");
          return ExitCode.REJECTED;
        }
        options.tell(leader.get() + " leads now");
        return ExitCode.OK;
      }
    } while (options.waitForMore());
    options.complain("leadership was handed over, but nobody leads yet");
    return ExitCode.NO_LEADER;
  }
}
