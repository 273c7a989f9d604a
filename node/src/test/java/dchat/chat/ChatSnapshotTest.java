package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dchat.raft.StateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One replica's state taken over by another. */
class ChatSnapshotTest {
  private static final byte[] LABEL = {1, 2, 3};

  @TempDir Path folder;
  private ChatFixture source;
  private ChatFixture target;

  @BeforeEach
  void open() {
    source = source(folder.resolve("source"));
    target = target(folder.resolve("target"));
    source.commit(ChatFixture.add("r1", "ops"), ChatFixture.add("r2", "docs"));
    for (int i = 0; i < 300; i++) {
      source.commit(ChatFixture.say("m" + i, i % 2 == 0 ? "ops" : "general", "line " + i + " ü"));
    }
    source.commit(ChatFixture.delete("r3", "docs"));
    target.commit(ChatFixture.say("own", "general", "will go"));
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  ChatFixture source(Path folder) {
    return new ChatFixture(folder);
  }

  ChatFixture target(Path folder) {
    return new ChatFixture(folder);
  }

  @Test
  void a_snapshot_in_small_parts_gives_equal_tables() throws Exception {
    List<byte[]> chunks = read(source, 500);
    assertThat(chunks).hasSizeGreaterThan(20).allMatch(chunk -> chunk.length <= 500);

    install(chunks);

    assertThat(target.stateHash()).isEqualTo(source.stateHash());
    assertThat(target.chat.view()).isEqualTo(source.chat.view());
    assertThat(target.chat.installedLabel()).contains(LABEL);
    assertThat(target.resets).containsExactly(source.chat.lastAppliedIndex());
  }

  @Test
  void after_a_snapshot_both_go_on_equally() throws Exception {
    install(read(source, 10_000));

    List<ChatResult> there = source.commit(ChatFixture.say("m1", "general", "line 1 ü"));
    List<ChatResult> here = target.commit(ChatFixture.say("m1", "general", "line 1 ü"));

    assertThat(here).isEqualTo(there);
    assertThat(here)
        .singleElement()
        .isInstanceOfSatisfying(
            ChatResult.Accepted.class, accepted -> assertThat(accepted.replayed()).isTrue());
    assertThat(target.stateHash()).isEqualTo(source.stateHash());
  }

  @Test
  void what_is_written_meanwhile_is_not_in_it() {
    long before = source.chat.lastAppliedIndex();
    List<byte[]> chunks = new ArrayList<>();
    try (StateMachine.SnapshotReader reader = source.chat.openSnapshot()) {
      chunks.add(reader.nextChunk(200).orElseThrow());
      source.commit(ChatFixture.say("late", "general", "too late"));
      assertThat(reader.position().index()).isEqualTo(before);
      readRest(reader, 200, chunks);
    }

    install(chunks);

    assertThat(target.chat.lastAppliedIndex()).isEqualTo(before);
  }

  @Test
  void half_a_snapshot_changes_nothing_and_does_not_survive() throws Exception {
    String before = target.stateHash();
    List<byte[]> chunks = read(source, 500);

    target.chat.receiveSnapshot().write(chunks.getFirst());
    assertThat(target.stateHash()).isEqualTo(before);
    target.reopen();
    assertThat(target.stateHash()).isEqualTo(before);

    install(chunks);
    assertThat(target.stateHash()).isEqualTo(source.stateHash());
  }

  @Test
  void a_snapshot_that_does_not_say_how_far_it_goes_is_refused() throws Exception {
    String before = target.stateHash();

    try (StateMachine.SnapshotWriter writer = target.chat.receiveSnapshot()) {
      assertThatThrownBy(() -> writer.install(LABEL)).isInstanceOf(ChatStorageException.class);
    }

    assertThat(target.stateHash()).isEqualTo(before);
  }

  @Test
  void damaged_parts_are_refused() {
    try (StateMachine.SnapshotWriter writer = target.chat.receiveSnapshot()) {
      assertThatThrownBy(() -> writer.write(new byte[] {9, 1}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.write(new byte[] {1, 0x60}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void making_durable_tells_how_far() {
    assertThat(source.chat.makeDurable()).isEqualTo(source.chat.lastAppliedIndex());
  }

  private static List<byte[]> read(ChatFixture from, int maxBytes) {
    List<byte[]> chunks = new ArrayList<>();
    try (StateMachine.SnapshotReader reader = from.chat.openSnapshot()) {
      readRest(reader, maxBytes, chunks);
    }
    return chunks;
  }

  private static void readRest(
      StateMachine.SnapshotReader reader, int maxBytes, List<byte[]> chunks) {
    for (Optional<byte[]> chunk = reader.nextChunk(maxBytes);
        chunk.isPresent();
        chunk = reader.nextChunk(maxBytes)) {
      chunks.add(chunk.get());
    }
  }

  private void install(List<byte[]> chunks) {
    try (StateMachine.SnapshotWriter writer = target.chat.receiveSnapshot()) {
      chunks.forEach(writer::write);
      writer.install(LABEL);
    }
  }
}
