package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.raft.LogEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a log is cut into batches, and however often a replica restarts: the same tables. */
class ReplicasAgreeTest {
  private static final int ENTRIES = 400;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void replicas_that_applied_the_same_log_hold_equal_tables(long seed) throws Exception {
    List<LogEntry> log = randomLog(new Random(seed));
    try (var one = new ChatFixture(folder.resolve("one"));
        var other = new ChatFixture(folder.resolve("other"));
        var replayed = new ChatFixture(folder.resolve("replayed"))) {
      List<byte[]> ofOne = applyInBatches(one, log, new Random(seed + 100), 50);
      List<byte[]> ofOther = applyInBatches(other, log, new Random(seed + 200), 3);
      List<byte[]> ofReplay = replayed.chat.apply(log);

      assertThat(ofOther).containsExactlyElementsOf(ofOne);
      assertThat(ofReplay).containsExactlyElementsOf(ofOne);
      assertThat(other.rows("chat_event")).isEqualTo(one.rows("chat_event"));
      assertThat(other.stateHash()).isEqualTo(one.stateHash());
      assertThat(replayed.stateHash()).isEqualTo(one.stateHash());
      assertThat(other.chat.view()).isEqualTo(one.chat.view());
      assertThat(other.announced).isEqualTo(one.announced);
      assertThat(one.rows("chat_event")).as("the log does something").hasSizeGreaterThan(50);
    }
  }

  private static List<byte[]> applyInBatches(
      ChatFixture node, List<LogEntry> log, Random random, int maxBatch) {
    List<byte[]> results = new ArrayList<>();
    for (int from = 0; from < log.size(); ) {
      int to = Math.min(log.size(), from + 1 + random.nextInt(maxBatch));
      results.addAll(node.chat.apply(log.subList(from, to)));
      from = to;
      if (random.nextInt(20) == 0) {
        node.reopen();
      }
    }
    return results;
  }

  private static List<LogEntry> randomLog(Random random) {
    List<LogEntry> log = new ArrayList<>();
    long term = 1;
    long time = ChatFixture.T0;
    for (long index = 1; index <= ENTRIES; index++) {
      time += random.nextInt(3);
      if (random.nextInt(40) == 0) {
        term++;
        log.add(new LogEntry(index, term, time, LogEntry.Kind.NO_OP, new byte[0]));
      } else {
        log.add(new LogEntry(index, term, time, LogEntry.Kind.COMMAND, randomPayload(random)));
      }
    }
    return log;
  }

  private static byte[] randomPayload(Random random) {
    if (random.nextInt(30) == 0) {
      byte[] noise = new byte[random.nextInt(20)];
      random.nextBytes(noise);
      return noise;
    }
    // Few ids, users, rooms and texts: repetitions and collisions are what this is about.
    String id = "id" + random.nextInt(ENTRIES);
    String user = "user" + random.nextInt(2);
    String room = random.nextInt(3) == 0 ? "general" : "room" + random.nextInt(4);
    return ChatCodec.encode(
        switch (random.nextInt(6)) {
          case 0, 1 -> new ChatCommand.RoomAdd(id, user, room);
          case 2 -> new ChatCommand.RoomDelete(id, user, room);
          default -> new ChatCommand.Chat(id, user, "text" + random.nextInt(2), room);
        });
  }
}
