package dchat.client.cli;

import dchat.client.api.ChangeOutcome;
import dchat.client.api.ClusterChange;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a member of a node that can't ask for it itself, and waits until it votes. */
@Command(
    name = "add",
    description = {
      "Make a node a member: a learner at first, a voter once it has caught up.",
      "A node started with 'dchat node --join' asks for this by itself where it may."
    },
    footer = {"", "Exit code 3 also means: it is a member, but no voter yet."})
final class ClusterAdd implements Callable<Integer> {
  private static final Pattern RAFT = Pattern.compile("[A-Za-z0-9_.-]+:[0-9]{1,5}");

  @Mixin private ChangeOptions options;

  @Parameters(index = "0", paramLabel = "ID", description = "The node's id.")
  private String id;

  @Option(
      names = "--raft",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where the members reach it, as in its dchat.raft.host and port.")
  private String raft;

  @Option(
      names = "--http",
      paramLabel = "URL",
      description = "Where clients reach it; without it, the node tells by itself.")
  private Optional<String> http = Optional.empty();

  @Option(names = "--no-wait", description = "Don't wait until it has caught up and is a voter.")
  private boolean noWait;

  @Override
  public Integer call() {
    if (!RAFT.matcher(raft).matches()) {
      throw options.wrong("--raft must be host:port, not '" + raft + "'");
    }
    Optional<URI> url = http.map(this::url);
    try (ClusterClient client = options.connect()) {
      ChangeOutcome outcome =
          options.change(client, new ClusterChange.Add(options.id(id), raft, url));
      if (!(outcome instanceof ChangeOutcome.Done) || noWait) {
        if (outcome instanceof ChangeOutcome.Done) {
          options.tell(id + " is a member; it votes once it has caught up");
        }
        return ChangeOptions.exitCode(outcome);
      }
      return awaitVote(client);
    }
  }

  private URI url(String text) {
    return ClusterClient.parseAddress(text)
        .orElseThrow(() -> options.wrong("--http must be a URL, not '" + text + "'"));
  }

  private int awaitVote(ClusterClient client) {
    String said = "";
    do {
      Optional<ClusterStatus> status = options.look(client);
      Optional<ClusterStatus.Member> member =
          status.flatMap(s -> s.members().stream().filter(m -> m.id().equals(id)).findFirst());
      if (member.filter(ClusterStatus.Member::isVoter).isPresent()) {
        options.tell(
            id + " is a voter now; members: " + ChangeOptions.describe(status.orElseThrow()));
        return ExitCode.OK;
      }
      String now = describe(status, member);
      if (!now.equals(said)) {
        said = now;
        options.note(now);
      }
    } while (options.waitForMore());
    options.complain(id + " is a member, but no voter yet; it becomes one by itself");
    return ExitCode.UNKNOWN;
  }

  private String describe(Optional<ClusterStatus> status, Optional<ClusterStatus.Member> member) {
    if (status.isEmpty() || status.get().leader().isEmpty()) {
      return "no leader at the moment ...";
    }
    if (member.isEmpty()) {
      return "the leader has no member " + id + " at the moment ...";
    }
    boolean silent = member.get().reachable().filter(reachable -> !reachable).isPresent();
    if (silent) {
      return id + " doesn't answer at " + raft + "; is it started? ...";
    }
    return member.get().lag().isPresent()
        ? id + " catches up: " + member.get().lag().getAsLong() + " entries to go ..."
        : id + " catches up ...";
  }
}
