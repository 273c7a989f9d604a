package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.http.AdminToken;
import dchat.http.HttpSettings;
import dchat.node.ClusterPages.Answer;
import dchat.node.StartException.BadSettings;
import dchat.node.StartException.InTheWay;
import dchat.raft.NodeId;
import dchat.tls.Credentials;
import dchat.tls.TlsException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Removes a member from the quorum, and ends when that is committed: what has to come before a
 * machine is taken away. For where there is only the node's own program, as in its image.
 */
@Command(
    name = "dchat remove",
    description = "Removes a member from a cluster that runs; safe to repeat.",
    sortOptions = false,
    footer = {
      "",
      "DCHAT_ADMIN_TOKEN or DCHAT_ADMIN_TOKEN_FILE: the cluster's admin token.",
      "Exit code: 0 it is removed, 1 it isn't or nobody can say, 2 wrong options."
    })
final class Removal implements Callable<Integer> {
  private static final int MAX_HOPS = 5;

  private final PrintStream out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  private boolean help;

  @Option(
      names = "--node",
      required = true,
      split = ",",
      paramLabel = "URLS",
      description = "Nodes of the cluster, http://host:port, with commas.")
  private List<URI> nodes;

  @Option(names = "--id", required = true, paramLabel = "ID", description = "Who is to leave.")
  private String id;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to try; ${DEFAULT-VALUE} if not given.")
  private long withinSeconds;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Whose certificates (PEM) https nodes have; without it, those that Java knows.")
  private Optional<Path> ca = Optional.empty();

  Removal(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    NodeId member = new NodeId(id);
    RetryPace pace =
        new RetryPace(Duration.ofMillis(100), Duration.ofSeconds(2), RandomGenerator.getDefault());
    long deadline = System.nanoTime() + Duration.ofSeconds(withinSeconds).toNanos();
    try (ClusterPages pages = new ClusterPages(trust(), adminToken())) {
      for (int next = 0; ; next = (next + 1) % nodes.size()) {
        switch (askLeader(pages, nodes.get(next), member)) {
          case Answer.Done() -> {
            out.println(member + " is no member of the cluster any more");
            return Main.STOPPED;
          }
          case Answer.NotNow(var reason) -> giveUpAfter(deadline, nodes.get(next) + " " + reason);
          case Answer.Elsewhere(var leader) ->
              giveUpAfter(deadline, nodes.get(next) + " redirects in a circle");
          case Answer.NotAllowed(var reason) -> throw new InTheWay(reason);
          case Answer.Refused(var reason) -> throw new InTheWay(reason);
        }
        Thread.sleep(pace.next());
      }
    }
  }

  private Optional<SSLContext> trust() {
    try {
      return ca.map(file -> Credentials.clientContext(file, InstantSource.system()));
    } catch (TlsException e) {
      throw new BadSettings(e.getMessage(), e);
    }
  }

  /** From the environment, as for a node. */
  private static Optional<AdminToken> adminToken() {
    Config defaults = NodeConfig.load(Optional.empty(), ConfigFactory.empty());
    try {
      return HttpSettings.from(defaults.getConfig("dchat.http")).adminToken();
    } catch (IllegalArgumentException e) {
      throw new BadSettings(e.getMessage(), e);
    }
  }

  private static Answer askLeader(ClusterPages pages, URI node, NodeId member) {
    Answer answer = pages.remove(node, member).join();
    for (int hops = 0; hops < MAX_HOPS && answer instanceof Answer.Elsewhere(var leader); hops++) {
      answer = pages.remove(leader, member).join();
    }
    return answer;
  }

  private void giveUpAfter(long deadline, String reason) {
    if (System.nanoTime() - deadline >= 0) {
      throw new InTheWay("%s isn't removed within %d s: %s".formatted(id, withinSeconds, reason));
    }
  }
}
