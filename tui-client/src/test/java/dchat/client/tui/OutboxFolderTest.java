package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dchat.client.api.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxFolderTest {
  private static final List<URI> HERE =
      List.of(URI.create("http://127.0.0.1:9000"), URI.create("http://127.0.0.1:9001"));
  private static final List<URI> ELSEWHERE = List.of(URI.create("http://10.0.0.1:9000"));

  @TempDir private Path state;
  private Path folder;

  @BeforeEach
  void folder() {
    folder = state.resolve("dchat").resolve("outbox");
  }

  private OutboxFolder open(List<URI> nodes) {
    return new OutboxFolder(folder, () -> nodes);
  }

  private static Pending line(String id, String text) {
    return Pending.kept(new Command.Say(id, "ann", "general", text), false, Optional.empty());
  }

  /** Keeps lines as a client that ends afterwards. */
  private void keep(List<URI> nodes, Pending... lines) throws IOException {
    try (OutboxFolder client = open(nodes)) {
      client.recall("ann");
      client.keep(List.of(lines));
    }
  }

  private List<Pending> recall(List<URI> nodes) throws IOException {
    try (OutboxFolder client = open(nodes)) {
      return client.recall("ann").lines();
    }
  }

  @Test
  void lines_come_back_in_order_with_ids_marks_and_reasons() throws IOException {
    Pending[] lines = {
      line("1", "hello"),
      Pending.kept(new Command.Say("2", "ann", "ops", "two\nrows \u4f60"), true, Optional.empty()),
      Pending.kept(new Command.AddRoom("3", "ann", "lunch"), false, Optional.of("no \"quotes\""))
    };
    keep(HERE, lines);
    assertThat(recall(HERE)).containsExactly(lines);
    assertThat(recall(HERE)).as("reading takes nothing away").containsExactly(lines);
  }

  @Test
  void only_the_owner_can_read_them() throws IOException {
    keep(HERE, line("1", "secret"));
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("ann.1.json"))).isEqualTo("rw-------");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void when_nothing_waits_there_is_no_file() throws IOException {
    keep(HERE, line("1", "hello"));
    keep(HERE);
    assertThat(folder.resolve("ann.1.json")).doesNotExist();
  }

  @Test
  void a_damaged_file_is_set_aside_and_told_in_one_sentence() throws IOException {
    keep(HERE, line("1", "hello"));
    Path file = folder.resolve("ann.1.json");
    String whole = Files.readString(file);
    String half = whole.substring(0, whole.length() / 2);
    for (String damage : List.of(half, "", "\u0000\u0000", whole.replace("\"say\"", "\"sing\""))) {
      Files.writeString(file, damage);
      try (OutboxFolder client = open(HERE)) {
        OutboxFolder.Found found = client.recall("ann");
        assertThat(found.lines()).isEmpty();
        assertThat(found.problems()).singleElement().asString().contains("set aside as ann.1.json");
        client.keep(List.of(line("2", "goes on")));
      }
      assertThat(recall(HERE)).containsExactly(line("2", "goes on"));
    }
    assertThat(folder.resolve("ann.1.json.damaged")).hasContent(half);
    assertThat(folder.resolve("ann.1.json.damaged4")).exists();
  }

  @Test
  void bytes_that_are_no_text_are_damage_too() throws IOException {
    keep(HERE, line("1", "hello"));
    Files.write(folder.resolve("ann.1.json"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(recall(HERE)).isEmpty();
    assertThat(folder.resolve("ann.1.json.damaged")).exists();
  }

  @Test
  void two_clients_of_one_name_never_hold_the_same_line() throws IOException {
    keep(HERE, line("1", "from before"));
    try (OutboxFolder first = open(HERE);
        OutboxFolder second = open(HERE)) {
      assertThat(first.recall("ann").lines()).containsExactly(line("1", "from before"));
      assertThat(second.recall("ann").lines()).isEmpty();
      second.keep(List.of(line("2", "of the second")));
      first.keep(List.of(line("1", "from before"), line("3", "of the first")));
    }
    assertThat(recall(HERE))
        .as("both have ended: the next one takes over all")
        .containsExactly(
            line("1", "from before"), line("3", "of the first"), line("2", "of the second"));
    assertThat(folder.resolve("ann.2.json")).doesNotExist();
  }

  @Test
  void a_line_that_a_crash_left_in_two_files_comes_back_once() throws IOException {
    keep(HERE, line("1", "hello"));
    Files.copy(folder.resolve("ann.1.json"), folder.resolve("ann.2.json"));
    assertThat(recall(HERE)).containsExactly(line("1", "hello"));
  }

  @Test
  void a_cluster_is_known_by_any_node_and_others_are_left_alone() throws IOException {
    keep(HERE, line("1", "hello"));
    keep(ELSEWHERE, line("2", "for the others"));
    assertThat(recall(HERE.subList(1, 2))).containsExactly(line("1", "hello"));
    assertThat(recall(ELSEWHERE)).containsExactly(line("2", "for the others"));
  }

  @Test
  void lines_typed_under_another_name_stay_with_that_name() throws IOException {
    Pending bobs =
        Pending.kept(new Command.Say("2", "bob", "general", "hi"), false, Optional.empty());
    try (OutboxFolder client = open(HERE)) {
      client.recall("ann");
      client.recall("bob");
      client.keep(List.of(line("1", "hello"), bobs));
    }
    try (OutboxFolder client = open(HERE)) {
      assertThat(client.recall("bob").lines()).containsExactly(bobs);
    }
  }

  @Test
  void what_a_kill_left_half_written_is_as_if_it_had_never_been() throws IOException {
    keep(HERE, line("1", "hello"));
    Files.writeString(folder.resolve("ann.1.json.new"), "{\"ver");
    keep(HERE, line("1", "hello"), line("2", "more"));
    assertThat(recall(HERE)).containsExactly(line("1", "hello"), line("2", "more"));
    assertThat(folder.resolve("ann.1.json.new")).doesNotExist();
  }

  @Test
  void where_nothing_can_be_written_it_says_so() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file where the folder should be");
    assertThatThrownBy(() -> recall(HERE)).isInstanceOf(IOException.class);
    try (OutboxFolder client = open(HERE)) {
      assertThatThrownBy(() -> client.keep(List.of(line("1", "hello"))))
          .isInstanceOf(IOException.class);
    }
  }
}
