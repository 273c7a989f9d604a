package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.process.FreePorts;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path temp;

  @Test
  void a_wrong_option_is_one_line_and_exit_code_2() throws Exception {
    assertEnds(Main.BAD_SETTINGS, "dchat node: Unknown option: '--prot'", "--prot");
    assertEnds(
        Main.BAD_SETTINGS,
        "dchat node: Invalid value for option '--http-port'",
        "--http-port",
        "many");
  }

  @Test
  void settings_that_contradict_each_other_are_one_line_exit_code_2_and_no_data_folder()
      throws Exception {
    assertEnds(
        Main.BAD_SETTINGS,
        "dchat node: dchat.node.peers has this node, node0, at 127.0.0.1:7, but it is at",
        "--id",
        "node0",
        "--peers",
        "node0=127.0.0.1:7",
        "--data",
        temp.resolve("data").toString());
    assertThat(temp.resolve("data")).doesNotExist();
  }

  @Test
  void a_busy_port_is_one_line_exit_code_1_and_no_data_folder() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(busy.getLocalPort());
      String other = freePort();
      for (List<String> ports :
          List.of(
              List.of("http", "--http-port", port, "--raft-port", other),
              List.of("raft", "--raft-port", port, "--http-port", other))) {
        assertEnds(
            Main.FAILED,
            "dchat node: can't listen for " + ports.get(0) + " at 127.0.0.1:" + port + ": ",
            Stream.concat(
                    ports.stream().skip(1),
                    Stream.of("--id", "node0", "--data", temp.resolve("data").toString()))
                .toArray(String[]::new));
        assertThat(temp.resolve("data")).doesNotExist();
      }
    }
  }

  @Test
  void another_nodes_data_is_one_line_and_exit_code_1() throws Exception {
    DataFolder.open(temp, new Identity("node7", "dchat")).close();
    byte[] before = Files.readAllBytes(temp.resolve("journal.db"));
    assertEnds(
        Main.FAILED,
        "dchat node: " + temp.resolve("journal.db") + " belongs to node7 of cluster dchat",
        Stream.concat(Stream.of("--id", "node0", "--data", temp.toString()), freePorts())
            .toArray(String[]::new));
    assertThat(Files.readAllBytes(temp.resolve("journal.db"))).isEqualTo(before);
  }

  private static Stream<String> freePorts() {
    return Stream.of("--http-port", freePort(), "--raft-port", freePort());
  }

  private static String freePort() {
    return Integer.toString(FreePorts.one());
  }

  private static void assertEnds(int code, String start, String... args) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      assertThat(Main.run(args, err)).isEqualTo(code);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .startsWith(start)
        .satisfies(text -> assertThat(text.lines()).hasSize(1));
  }
}
