package dchat.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that people try TLS out with makes what a node accepts. */
class MakeTestCaTest {
  private static final Path SCRIPT = Path.of("..", "conf", "tls", "make-test-ca");

  @TempDir Path folder;

  @Test
  void what_it_makes_is_what_a_node_needs_also_when_it_makes_it_again() throws Exception {
    assumeTrue(isThere("openssl"), "needs openssl, which isn't installed here");
    make("node0=10.1.2.3,chat.example.org", "node1");
    load("node0", "10.1.2.3");
    load("node0", "chat.example.org");
    load("node1", "127.0.0.1");
    byte[] before = Files.readAllBytes(folder.resolve("node1.pem"));
    byte[] authority = Files.readAllBytes(folder.resolve("ca.pem"));
    make("node1");
    load("node1", "localhost");
    assertThat(Files.readAllBytes(folder.resolve("node1.pem"))).isNotEqualTo(before);
    assertThat(Files.readAllBytes(folder.resolve("ca.pem"))).isEqualTo(authority);
  }

  private void load(String name, String host) {
    TlsFiles files =
        new TlsFiles(
            folder.resolve(name + ".pem"),
            folder.resolve(name + "-key.pem"),
            Optional.of(folder.resolve("ca.pem")));
    Credentials.load(files, Credentials.Use.PEERS, host, InstantSource.system());
  }

  private void make(String... names) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), folder.toString());
    builder.command().addAll(List.of(names));
    Path log = folder.resolve("log");
    int code = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
  }

  private static boolean isThere(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
