package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.tui.ChatSession;
import dchat.client.tui.Host;
import dchat.client.tui.NameFile;
import dchat.client.tui.PlainChat;
import dchat.client.tui.ScreenChat;
import java.io.IOException;
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
    NameFile names = NameFile.of(System.getenv());
    try (ClusterClient client = nodes.connect()) {
      ChatSession session =
          new ChatSession(client, name.checked(spec).or(names::read), room, names, Host.NONE);
      if (plain || !ScreenChat.isPossible()) {
        return PlainChat.run(session, System.in, spec.commandLine().getOut());
      }
      ScreenChat.run(session);
      return ExitCode.OK;
    }
  }
}
