package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chat goes into a file and comes out of it whole, or not at all. */
class BackupFileTest {
  private static final int LINES = 300;
  private static final String LONG = " ü ".repeat(300);

  @TempDir Path folder;
  private ChatFixture source;
  private ChatFixture target;
  private Path file;

  @BeforeEach
  void open() {
    source = new ChatFixture(folder.resolve("source"));
    target = new ChatFixture(folder.resolve("target"));
    file = folder.resolve("chat.backup");
    source.commit(
        ChatFixture.add("r1", "ops"), new PeopleCommand.Register("a1", "carol", "$argon2id$..."));
    source.commit(
        new PeopleCommand.LogIn(
            "s1", 2, 2, "token", false, 1_000_000, 1_000_000, Optional.empty()));
    source.commit(
        IntStream.range(0, LINES)
            .mapToObj(i -> ChatFixture.say("m" + i, "ops", "line " + i + LONG))
            .toArray(LogCommand[]::new));
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  private byte[] backup() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Backup backup = new Backup(source.chat.openSnapshot(), "local", "node0", "5", 7)) {
      for (Optional<byte[]> next = backup.next(); next.isPresent(); next = backup.next()) {
        bytes.writeBytes(next.get());
      }
    }
    return bytes.toByteArray();
  }

  private void isUnusable(byte[] content, String why) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> BackupFile.check(file))
        .isInstanceOf(BackupFile.Unusable.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  @Test
  void what_was_backed_up_is_restored_to_equal_tables_but_for_sessions() throws Exception {
    assertThat(source.chat.people().named("carol").orElseThrow().session()).isPresent();
    Files.write(file, backup());

    BackupFile checked = BackupFile.check(file);
    target.chat.restore(checked);

    assertThat(checked.header())
        .isEqualTo(
            new Backup.Header("local", "node0", source.chat.openSnapshot().position(), "5", 7));
    assertThat(target.chat.view()).isEqualTo(source.chat.view());
    assertThat(target.chat.installedLabel()).isEmpty();
    assertThat(target.chat.people().named("carol").orElseThrow().session()).isEmpty();
    for (String table : SnapshotRows.TABLES) {
      if (!table.equals("chat_account")) {
        assertThat(target.rows(table)).as(table).isEqualTo(source.rows(table));
      }
    }
    assertThat(target.commit(ChatFixture.say("m7", "ops", "line 7" + LONG)))
        .as("a retry finds its first index")
        .singleElement()
        .isInstanceOfSatisfying(
            ChatResult.Accepted.class, accepted -> assertThat(accepted.replayed()).isTrue());
  }

  @Test
  void half_a_backup_is_refused_wherever_it_ends() throws Exception {
    byte[] whole = backup();
    assertThat(whole).hasSizeGreaterThan(2 * 128 * 1024);
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int length = i < 30 ? i * 8 : random.nextInt(whole.length);
      isUnusable(Arrays.copyOf(whole, length), "ends in the middle");
    }
    isUnusable(Arrays.copyOf(whole, whole.length - 1), "ends in the middle");
  }

  @Test
  void a_damaged_backup_is_refused_wherever_the_damage_is() throws Exception {
    byte[] whole = backup();
    int headerEnd = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\n', 20);
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      int at = i == 0 ? whole.length - 1 : headerEnd + random.nextInt(whole.length - headerEnd);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> BackupFile.check(file))
          .as("byte " + at)
          .isInstanceOf(BackupFile.Unusable.class)
          .message()
          .containsPattern("is damaged|ends in the middle");
    }
    byte[] renamed = whole.clone();
    renamed[new String(whole, StandardCharsets.ISO_8859_1).indexOf("local")] = 'L';
    isUnusable(renamed, "is damaged");
    isUnusable(Arrays.copyOf(whole, whole.length + 1), "is damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK\u0003\u0004 a zip, of all things", "DChat backup", "SQLite format 3"})
  void what_is_no_backup_is_refused(String content) throws Exception {
    Files.writeString(file, content);
    assertThatThrownBy(() -> BackupFile.check(file))
        .isInstanceOf(BackupFile.Unusable.class)
        .message()
        .containsPattern("is no backup of DChat|ends in the middle");
  }

  @Test
  void a_later_format_a_missing_file_and_a_folder_are_refused() throws Exception {
    isUnusable("DChat backup 2\n{}\n".getBytes(StandardCharsets.UTF_8), "a backup of format 2");
    Files.delete(file);
    assertThatThrownBy(() -> BackupFile.check(file)).hasMessage("there is no file " + file);
    assertThatThrownBy(() -> BackupFile.check(folder))
        .isInstanceOf(BackupFile.Unusable.class)
        .hasMessageStartingWith("can't read " + folder);
  }
}
