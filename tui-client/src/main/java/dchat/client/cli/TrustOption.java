package dchat.client.cli;

import dchat.client.api.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whose certificates are trusted. */
final class TrustOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = {
        "Certificates (PEM) of the authority that the nodes' are signed by; addresses without",
        "http:// or https:// are https then. Default: $DCHAT_CA, else those that Java knows."
      })
  private Optional<Path> ca = Optional.empty();

  /** Empty for those that Java knows. */
  Optional<SSLContext> context() {
    return file().map(this::trust);
  }

  /** Of addresses that don't say it. */
  String scheme() {
    return file().isPresent() ? "https" : "http";
  }

  private Optional<Path> file() {
    return ca.or(
        () ->
            Optional.ofNullable(System.getenv("DCHAT_CA"))
                .filter(file -> !file.isBlank())
                .map(Path::of));
  }

  private SSLContext trust(Path file) {
    try {
      return Trust.in(file);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
