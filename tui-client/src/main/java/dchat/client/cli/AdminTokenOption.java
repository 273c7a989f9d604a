package dchat.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What nodes want to hear from administrators. Never an argument itself: those can be seen by
 * everybody on the machine.
 */
final class AdminTokenOption {
  private static final String TOKEN = "DCHAT_ADMIN_TOKEN";
  private static final String TOKEN_FILE = "DCHAT_ADMIN_TOKEN_FILE";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description = {
        "File with the nodes' admin token. Default: $DCHAT_ADMIN_TOKEN itself, or the file that",
        "$DCHAT_ADMIN_TOKEN_FILE names. Nodes without a token take this from their machine only."
      })
  private Optional<Path> file = Optional.empty();

  /** Empty if there is none to be shown. */
  Optional<String> token() {
    if (file.isEmpty() && environment(TOKEN).isPresent()) {
      return environment(TOKEN).map(this::visible);
    }
    return file.or(() -> environment(TOKEN_FILE).map(Path::of)).map(this::read);
  }

  private String read(Path path) {
    try {
      return visible(Files.readString(path));
    } catch (IOException e) {
      throw wrong("can't read the admin token from " + path);
    }
  }

  private String visible(String token) {
    String stripped = token.strip();
    if (!stripped.matches("[!-~]+")) {
      throw wrong("the admin token must be one line of visible ASCII characters without spaces");
    }
    return stripped;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
