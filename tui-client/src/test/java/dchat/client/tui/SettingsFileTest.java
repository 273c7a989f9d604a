package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path folder;

  private SettingsFile file(Theme usual) {
    return new SettingsFile(folder.resolve("dchat").resolve("client.toml"), usual);
  }

  @Test
  void what_was_set_is_set_at_the_next_start() throws IOException {
    Settings settings = new Settings(Theme.LIGHT, Settings.Ringing.NONE);
    file(Theme.DARK).write(settings);
    assertThat(file(Theme.DARK).read()).isEqualTo(settings);
  }

  @Test
  void what_is_missing_or_makes_no_sense_is_as_usual() throws IOException {
    assertThat(file(Theme.DARK).read())
        .isEqualTo(new Settings(Theme.DARK, Settings.Ringing.MENTIONS));
    file(Theme.DARK).write(new Settings(Theme.LIGHT, Settings.Ringing.NONE));
    Files.writeString(
        folder.resolve("dchat").resolve("client.toml"),
        "# mine\ntheme = \"purple\"\nnotify = all # every line\n[section]\nx = 1\n");
    assertThat(file(Theme.LIGHT).read()).isEqualTo(new Settings(Theme.LIGHT, Settings.Ringing.ALL));
  }

  @Test
  void no_color_counts_more_than_what_was_set_once() throws IOException {
    file(Theme.DARK).write(new Settings(Theme.LIGHT, Settings.Ringing.ALL));
    assertThat(file(Theme.NONE).read().theme()).isEqualTo(Theme.NONE);
  }
}
