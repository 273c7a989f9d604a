package dchat.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode;
import dchat.client.fake.FakeNode.Part;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
  private final FakeCluster cluster = new FakeCluster(2);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    cluster.close();
  }

  private int backup() {
    String nodes = cluster.urls().stream().map(URI::toString).collect(Collectors.joining(","));
    return Main.run(
        new PrintWriter(out), new PrintWriter(err), "backup", "--from", nodes, file().toString());
  }

  private Path file() {
    return folder.resolve("chat.backup");
  }

  private static byte[] whole(int length) throws Exception {
    byte[] content = new byte[length];
    new Random(1).nextBytes(content);
    byte[] magic = "DChat backup 1\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, content, 0, magic.length);
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
    return ByteBuffer.allocate(length + sum.length).put(content).put(sum).array();
  }

  private void leavesNothing() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void what_the_node_sends_is_in_the_file_and_only_for_its_owner() throws Exception {
    for (int length : new int[] {15, 31, 64 * 1024, 500_000}) {
      byte[] sent = whole(length);
      cluster.backsUpAs(sent);
      assertThat(backup()).as("%s", err).isZero();
      assertThat(file()).hasBinaryContent(sent);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
      Files.delete(file());
    }
    leavesNothing();
  }

  @Test
  void a_part_of_a_backup_and_what_is_none_leave_no_file() throws Exception {
    byte[] sent = whole(200_000);
    for (byte[] bad :
        new byte[][] {
          {},
          Arrays.copyOf(sent, 10),
          Arrays.copyOf(sent, 40),
          Arrays.copyOf(sent, sent.length - 1),
          Arrays.copyOf(sent, sent.length + 1),
          "<html>a page of somebody else, long enough to be one</html>".getBytes("US-ASCII")
        }) {
      cluster.backsUpAs(bad);
      assertThat(backup()).isNotZero();
      leavesNothing();
    }
    assertThat(err.toString()).contains("sent only a part of it").contains("sent no backup");
  }

  @Test
  void a_file_that_is_there_is_left_alone() throws Exception {
    Files.writeString(file(), "precious");
    cluster.backsUpAs(whole(100));
    assertThat(backup()).isEqualTo(2);
    assertThat(file()).hasContent("precious");
    assertThat(err.toString()).contains("exists: a backup is never written over something");
  }

  @Test
  void a_node_that_can_not_now_is_passed_over() throws Exception {
    cluster.backsUpAs(whole(100));
    cluster.node(0).plays(new Part.Refuses(503, "no-quorum", "no leader"));
    assertThat(backup()).as("%s", err).isZero();
  }

  @Test
  void a_refusal_exits_with_4_and_nobody_there_with_5() throws Exception {
    cluster.nodes().forEach(n -> n.plays(new Part.Refuses(403, "admin-only", "not from there")));
    assertThat(backup()).isEqualTo(4);
    assertThat(err.toString()).contains("refused: not from there (admin-only)");
    cluster.nodes().forEach(FakeNode::stop);
    assertThat(backup()).isEqualTo(5);
    leavesNothing();
  }
}
