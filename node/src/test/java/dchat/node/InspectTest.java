package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.ChatCommand;
import dchat.chat.ChatListener;
import dchat.chat.ChatStateMachine;
import dchat.chat.Happening;
import dchat.chat.LogCommand;
import dchat.chat.PeopleCommand;
import dchat.raft.LogEntry;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void a_data_folder_in_use_can_be_looked_into_and_shows_no_secrets() {
    try (DataFolder data = DataFolder.open(folder, new Identity("node0", "test"))) {
      fill(data);
      assertThat(inspect("accounts")).isZero();
      assertThat(output()).contains("ID  NAME").contains("ann").doesNotContain("$argon2id");
      out.reset();
      assertThat(inspect("messages", "--json")).isZero();
      assertThat(output())
          .isEqualTo(
              "{\"index\":2,\"at\":\"1970-01-01T00:00:02Z\",\"room\":\"general\",\"user\":\"bob\",\"text\":\"hel\\n"
                  + "lo\"}\n");
      out.reset();
      assertThat(inspect("messages")).isZero();
      assertThat(output()).contains("hel lo");
      out.reset();
      assertThat(inspect("rooms")).isZero();
      assertThat(output()).contains("general");
      out.reset();
      assertThat(inspect("log")).isZero();
      assertThat(output()).isEqualTo("nothing\n");
      assertThat(inspect("members")).isZero();
    }
  }

  @Test
  void what_is_no_data_folder_is_told_in_one_line_and_stays_as_it_is() {
    assertThat(inspect("rooms")).isEqualTo(Main.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("dchat inspect: there is no chat.db in ")
        .hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
    assertThat(inspect("secrets")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(Files.exists(folder.resolve("chat.db"))).isFalse();
  }

  private static void fill(DataFolder data) {
    var nobody =
        new ChatListener() {
          @Override
          public void onApplied(long appliedIndex, List<Happening> events) {}

          @Override
          public void onReset(long appliedIndex) {}
        };
    try (var chat = new ChatStateMachine(data.chat().writer(), data.chat().reader(), nobody)) {
      List<LogCommand> commands =
          List.of(
              new PeopleCommand.Register("r1", "ann", "$argon2id$v=19$m=8,t=1,p=1$AA$AA"),
              new ChatCommand.Chat("1", "bob", "hel\nlo", "general"));
      List<LogEntry> entries = new ArrayList<>();
      for (LogCommand command : commands) {
        long index = entries.size() + 1;
        entries.add(new LogEntry(index, 1, 1000 * index, LogEntry.Kind.COMMAND, command.encoded()));
      }
      chat.apply(entries);
    }
  }

  private int inspect(String... what) {
    List<String> arguments = new ArrayList<>(List.of("--data", folder.toString()));
    arguments.addAll(List.of(what));
    return Main.inspect(
        arguments.toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
