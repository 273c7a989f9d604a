package dchat.client.cli;

import dchat.client.api.ChangeOutcome;
import dchat.client.api.ClusterChange;
import dchat.client.api.ClusterClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on without a member, dead or alive, the leader itself too. */
@Command(
    name = "remove",
    description = "Remove a member, dead or alive; the leader itself may be removed, too.")
final class ClusterRemove implements Callable<Integer> {
  @Mixin private ChangeOptions options;

  @Parameters(index = "0", paramLabel = "ID", description = "The member's id.")
  private String id;

  @Override
  public Integer call() {
    try (ClusterClient client = options.connect()) {
      ChangeOutcome outcome = options.change(client, new ClusterChange.Remove(options.id(id)));
      if (outcome instanceof ChangeOutcome.Done(String detail)) {
        options.tell(
            detail.equals("is no member")
                ? id + " is no member"
                : id + " is no member any more; its process can be stopped");
      }
      return ChangeOptions.exitCode(outcome);
    }
  }
}
