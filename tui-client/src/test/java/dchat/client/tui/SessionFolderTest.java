package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFolderTest {
  private static final Session ANN = new Session("ann", "a-token");
  private static final URI NODE0 = URI.create("http://node0:9000");
  private static final URI NODE1 = URI.create("http://node1:9000");

  @TempDir private Path folder;

  private SessionFolder at(URI... nodes) {
    return new SessionFolder(folder.resolve("sessions"), () -> List.of(nodes));
  }

  @Test
  void a_session_is_there_at_the_next_start_for_any_node_of_the_cluster_and_no_other()
      throws IOException {
    at(NODE0, NODE1).write(ANN);
    assertThat(at(NODE1).read("ann")).contains(ANN);
    assertThat(at(URI.create("http://stranger:9000")).read("ann")).isEmpty();
    assertThat(at(NODE0).read("bob")).isEmpty();
    at(NODE0).delete(ANN);
    assertThat(at(NODE0).read("ann")).isEmpty();
  }

  @Test
  void the_end_of_a_session_leaves_a_newer_one_of_the_same_name_alone() throws IOException {
    Session newer = new Session("ann", "newer-token");
    at(NODE0).write(newer);
    at(NODE0).delete(ANN);
    assertThat(at(NODE0).read("ann")).contains(newer);
  }

  @Test
  void nobody_but_its_owner_may_read_it() throws IOException {
    at(NODE0).write(ANN);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void a_damaged_file_is_no_session_and_no_name_leads_out_of_the_folder() throws IOException {
    at(NODE0).write(ANN);
    for (String damaged :
        List.of("", "{", "[]", "{\"token\":\"x y\",\"nodes\":[\"" + NODE0 + "\"]}")) {
      Files.writeString(file(), damaged);
      assertThat(at(NODE0).read("ann")).as(damaged).isEqualTo(Optional.empty());
    }
    assertThat(at(NODE0).read("../sessions/ann")).isEmpty();
  }

  private Path file() {
    return folder.resolve("sessions").resolve("ann.json");
  }
}
