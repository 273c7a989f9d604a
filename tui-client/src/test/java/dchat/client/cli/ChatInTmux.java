package dchat.client.cli;

import dchat.client.fake.Tmux;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real program on a real terminal. */
final class ChatInTmux {
  private static final int ROWS = 24;

  private ChatInTmux() {}

  /**
   * @param socket folder of the terminal's socket
   * @param nodes their addresses, with commas
   * @param state where the program keeps what it remembers
   */
  static Tmux start(Path socket, int columns, String nodes, Path state) {
    return new Tmux(
        socket,
        columns,
        ROWS,
        Map.of("DCHAT_NODES", nodes, "XDG_STATE_HOME", state.toString(), "LC_ALL", "C.UTF-8"),
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "chat"));
  }
}
