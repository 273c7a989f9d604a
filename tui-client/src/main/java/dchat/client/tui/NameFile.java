package dchat.client.tui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The name a person gave at the first run, kept for the next one. */
public final class NameFile {
  private final Path file;

  NameFile(Path file) {
    this.file = file;
  }

  /** The file in the {@link StateFolder}. */
  public static NameFile of(Map<String, String> environment) {
    return new NameFile(StateFolder.of(environment).resolve("name"));
  }

  /** The name, unless there is none that could be used. */
  public Optional<String> read() {
    try {
      return Optional.of(Files.readString(file).strip()).filter(isName());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Predicate<String> isName() {
    return name -> Keys.NAME.matcher(name).matches();
  }

  /** Keeps the name where that is possible; where it isn't, the next run asks again. */
  void write(String name) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, name + "\n");
    } catch (IOException e) {
      // A read-only home is no reason to disturb a conversation.
    }
  }
}
