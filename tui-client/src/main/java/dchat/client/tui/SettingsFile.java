package dchat.client.tui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reader's settings: {@code $XDG_CONFIG_HOME/dchat/client.toml}, of which lines such as {@code
 * theme = "light"} are understood. A setting that isn't there, or isn't valid, is the usual one.
 */
public final class SettingsFile {
  private static final Pattern LINE =
      Pattern.compile("\\s*([a-z]+)\\s*=\\s*\"?([A-Za-z-]+)\"?\\s*(?:#.*)?");

  private final Path file;
  private final Theme usual;

  SettingsFile(Path file, Theme usual) {
    this.file = file;
    this.usual = usual;
  }

  /** The file where the XDG base directory specification wants it. */
  public static SettingsFile of(Map<String, String> environment) {
    Path folder =
        Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
            .filter(s -> s.startsWith("/"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".config"));
    return new SettingsFile(
        folder.resolve("dchat").resolve("client.toml"), Theme.fromEnvironment());
  }

  /** What is set, or as usual. */
  public Settings read() {
    Settings settings = new Settings(usual, Settings.Ringing.MENTIONS);
    try {
      for (String line : Files.readAllLines(file)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          settings = with(settings, matcher.group(1), matcher.group(2));
        }
      }
    } catch (IOException e) {
      // No settings, or none that can be read.
    }
    // NO_COLOR counts more than what was set once.
    return usual == Theme.NONE ? settings.theme(Theme.NONE) : settings;
  }

  private static Settings with(Settings settings, String name, String word) {
    return switch (name) {
      case "theme" -> Settings.value(Theme.class, word).map(settings::theme).orElse(settings);
      case "notify" ->
          Settings.value(Settings.Ringing.class, word).map(settings::ringing).orElse(settings);
      default -> settings;
    };
  }

  void write(Settings settings) throws IOException {
    PrivateFile.createFolder(file.getParent());
    PrivateFile.write(
        file,
        "# Written by dchat chat; see /set there.\ntheme = \"%s\"\nnotify = \"%s\"\n"
            .formatted(Settings.word(settings.theme()), Settings.word(settings.ringing())));
  }
}
