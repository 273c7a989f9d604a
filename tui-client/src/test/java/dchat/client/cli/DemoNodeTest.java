package dchat.client.cli;

import static dchat.client.fake.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoNodeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  /** A program that starts a node and is gone the next moment, with no time to clean up. */
  static final class DiesAtOnce {
    public static void main(String[] log) throws IOException {
      node(Path.of(log[0])).start();
      Runtime.getRuntime().halt(0);
    }
  }

  @Test
  void a_node_does_not_outlive_a_program_that_dies_right_after_starting_it() throws Exception {
    Path log = folder.resolve("log");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DiesAtOnce.class.getName(),
                log.toString())
            .inheritIO()
            .start();
    program.waitFor();
    eventually(PATIENCE, () -> assertThat(alive(log)).isFalse());
  }

  @Test
  void a_node_that_was_paused_stops_when_asked() throws Exception {
    Path log = folder.resolve("log");
    DemoNode node = node(log);
    node.start();
    eventually(PATIENCE, () -> assertThat(alive(log)).isTrue());
    node.pause();
    assertThat(node.isPaused()).isTrue();
    node.stop();
    assertThat(alive(log)).isFalse();
    assertThat(node.hasDiedByItself()).isFalse();
  }

  /** In place of a node, a process that runs until somebody ends it and is known by its file. */
  private static DemoNode node(Path log) {
    List<String> command = List.of("tail", "-f", log.toString());
    return new DemoNode("node0", URI.create("http://127.0.0.1:1"), command, log, death -> {});
  }

  private static boolean alive(Path log) {
    return ProcessHandle.allProcesses()
        .filter(process -> !process.equals(ProcessHandle.current()))
        .flatMap(process -> process.info().commandLine().stream())
        .anyMatch(line -> line.contains("tail") && line.contains(log.toString()));
  }
}
