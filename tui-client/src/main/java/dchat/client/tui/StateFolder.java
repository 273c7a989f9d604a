package dchat.client.tui;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this client keeps what it has to know at its next start. */
public final class StateFolder {
  private StateFolder() {}

  /**
   * The folder, where the XDG base directory specification wants it: {@code $XDG_STATE_HOME/dchat},
   * or {@code ~/.local/state/dchat} when that isn't set to an absolute path.
   */
  public static Path of(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
        .filter(s -> s.startsWith("/"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
        .resolve("dchat");
  }
}
