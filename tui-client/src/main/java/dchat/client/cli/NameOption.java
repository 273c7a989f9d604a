package dchat.client.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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

  /** The given name, after a look at whether the cluster would take it. */
  Optional<String> checked(CommandSpec command) {
    Optional<String> bad = given().filter(n -> !n.matches("[A-Za-z0-9_.-]{1,32}"));
    if (bad.isPresent()) {
      throw new ParameterException(
          command.commandLine(),
          "'"
              + bad.get()
              + "' can't be a name: 1 to 32 letters, digits, dots, dashes, underscores");
    }
    return given();
  }
}
