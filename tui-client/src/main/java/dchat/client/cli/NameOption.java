package dchat.client.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Who speaks. */
final class NameOption {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Your name: up to 32 letters, digits, dots, dashes and underscores.")
  private Optional<String> name = Optional.empty();

  /** The name given here or in the environment. */
  Optional<String> given() {
    return name.or(() -> Optional.ofNullable(System.getenv("DCHAT_NAME")))
        .filter(n -> !n.isBlank());
  }
}
