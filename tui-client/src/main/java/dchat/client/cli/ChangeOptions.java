package dchat.client.cli;

import dchat.client.api.ChangeOutcome;
import dchat.client.api.ClusterChange;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Progress;
import dchat.client.api.Survey;
import dchat.client.tui.Sanitizer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands that change the cluster share: where it is, how long to wait, what to say. */
final class ChangeOptions {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Duration LOOK = Duration.ofSeconds(2);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private NodesOption nodes;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait in all. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Mixin private AdminTokenOption adminToken;

  private final long started = System.nanoTime();

  ClusterClient connect() {
    if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
      throw wrong("--timeout must be 1 to 86400 seconds");
    }
    return nodes.connect(adminToken.token());
  }

  /** An id as nodes have them; anything else is wrong usage. */
  String id(String given) {
    if (!ID.matcher(given).matches()) {
      throw wrong("'" + given + "' is no id of a node: 1 to 64 of A-Z a-z 0-9 _ . -");
    }
    return given;
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  Duration left() {
    return Duration.ofSeconds(timeoutSeconds).minusNanos(System.nanoTime() - started);
  }

  /** Asks for the change and says what didn't go well; success is the caller's to tell. */
  ChangeOutcome change(ClusterClient client, ClusterChange change) {
    ChangeOutcome outcome = client.change(change, left(), notes());
    switch (outcome) {
      case ChangeOutcome.Done done -> {
        // The caller knows what to say.
      }
      case ChangeOutcome.Refused(String code, String detail) ->
          complain("refused: " + detail + " (" + code + ")");
      case ChangeOutcome.Unknown(String detail) ->
          complain("outcome unknown: " + detail + "; asking again is safe");
      case ChangeOutcome.NoLeader(String detail) -> complain("nothing was changed: " + detail);
    }
    return outcome;
  }

  static int exitCode(ChangeOutcome outcome) {
    return switch (outcome) {
      case ChangeOutcome.Done done -> ExitCode.OK;
      case ChangeOutcome.Refused refused -> ExitCode.REJECTED;
      case ChangeOutcome.Unknown unknown -> ExitCode.UNKNOWN;
      case ChangeOutcome.NoLeader noLeader -> ExitCode.NO_LEADER;
    };
  }

  /** What whoever knows most says of the cluster. */
  Optional<ClusterStatus> look(ClusterClient client) {
    return client.survey(LOOK).best().map(Survey.Reply::status);
  }

  /** Waits a moment; false once the time is up. */
  boolean waitForMore() {
    try {
      Thread.sleep(200);
      return left().isPositive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void tell(String line) {
    out().println(Sanitizer.line(line));
    out().flush();
  }

  void note(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Sanitizer.line(line));
    err.flush();
  }

  void complain(String line) {
    note("dchat: " + line);
  }

  /** The members in a few words: {@code node0, node1 (leader), node3 (learner)}. */
  static String describe(ClusterStatus status) {
    return status.members().stream()
        .map(
            member ->
                member.id()
                    + (member.leader() ? " (leader)" : member.isVoter() ? "" : " (learner)"))
        .collect(Collectors.joining(", "));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Each kind of waiting is mentioned once. */
  private Consumer<Progress> notes() {
    Set<String> said = new HashSet<>();
    return progress -> {
      switch (progress) {
        case Progress.Electing electing -> once(said, "waiting for the cluster to elect a leader");
        case Progress.Retrying retrying -> once(said, retrying.reason() + "; trying again");
        case Progress.Asking asking -> {
          // Nothing a person needs to know.
        }
        case Progress.Redirected redirected -> {
          // Likewise.
        }
      }
    };
  }

  private void once(Set<String> said, String line) {
    if (said.add(line)) {
      complain(line + " ...");
    }
  }
}
