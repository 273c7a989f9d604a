package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.tui.ChatSession;
import dchat.client.tui.Host;
import dchat.client.tui.NameFile;
import dchat.client.tui.OutboxFolder;
import dchat.client.tui.PlainChat;
import dchat.client.tui.ScreenChat;
import dchat.client.tui.SessionFolder;
import dchat.client.tui.SettingsFile;
import dchat.client.tui.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The chat for people. */
@Command(
    name = "chat",
    description = "Talk: on a whole screen, or line by line where there is none.",
    footer = {"", "In the chat, F1 or /help explains keys, commands and signs."})
final class ChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NodesOption nodes;
  @Mixin private NameOption name;

  @Option(names = "--room", paramLabel = "ROOM", description = "The room to begin in.")
  private Optional<String> room = Optional.empty();

  @Option(
      names = "--plain",
      description = "Line by line, for pipes and screen readers; so without a terminal anyway.")
  private boolean plain;

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean terminal = ScreenChat.isPossible();
    NameFile names = NameFile.of(System.getenv());
    try (ClusterClient client = nodes.connect()) {
      ChatSession session =
          new ChatSession(
              client,
              name.checked(spec).or(names::read),
              room,
              names,
              Optional.of(SessionFolder.of(System.getenv(), client::nodes)),
              SettingsFile.of(System.getenv()),
              outbox(client, terminal),
              Host.NONE);
      PrintWriter out = spec.commandLine().getOut();
      if (plain || !terminal) {
        return PlainChat.run(session, System.in, out);
      }
      ScreenChat.run(session).ifPresent(out::println);
      out.flush();
      return ExitCode.OK;
    }
  }

  /** What a script pipes in is its own to repeat: the exit code tells it whether it must. */
  private static Optional<OutboxFolder> outbox(ClusterClient client, boolean terminal) {
    return terminal
        ? Optional.of(
            new OutboxFolder(StateFolder.of(System.getenv()).resolve("outbox"), client::nodes))
        : Optional.empty();
  }
}
