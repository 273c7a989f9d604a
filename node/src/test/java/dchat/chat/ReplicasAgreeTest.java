package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.raft.LogEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a log is cut into batches, and however often a replica restarts: the same tables. */
class ReplicasAgreeTest {
  private static final int ENTRIES = 600;
  private static final int MEMBERS = 5;

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
      assertThat(other.happened).isEqualTo(one.happened);
      assertThat(one.rows("chat_event"))
          .as("the log does something, also for members")
          .hasSizeGreaterThan(50)
          .anyMatch(row -> !row.endsWith("|null"));
      assertThat(one.chat.people().namesBeginningWith("user", 100))
          .isEqualTo(replayed.chat.people().namesBeginningWith("user", 100));
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

  static List<LogEntry> randomLog(Random random) {
    List<LogEntry> log = new ArrayList<>();
    long term = 1;
    long time = ChatFixture.T0;
    for (long index = 1; index <= ENTRIES; index++) {
      time += random.nextInt(3);
      if (index <= 2 * MEMBERS) {
        byte[] payload = beginning((int) index).encoded();
        log.add(new LogEntry(index, term, time, LogEntry.Kind.COMMAND, payload));
      } else if (random.nextInt(40) == 0) {
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
      if (noise.length > 0) {
        noise[0] = (byte) random.nextInt(3);
      }
      return noise;
    }
    // Few ids, users, rooms and texts: repetitions and collisions are what this is about.
    String id = "id" + random.nextInt(ENTRIES);
    String user = "user" + random.nextInt(2);
    String room = random.nextInt(3) == 0 ? "general" : "room" + random.nextInt(4);
    if (random.nextInt(2) == 0) {
      return randomPeopleCommand(random, id, room).encoded();
    }
    return ChatCodec.encode(
        switch (random.nextInt(6)) {
          case 0, 1 -> new ChatCommand.RoomAdd(id, user, room);
          case 2 -> new ChatCommand.RoomDelete(id, user, room);
          default -> new ChatCommand.Chat(id, user, "text" + random.nextInt(2), room);
        });
  }

  /** Somebody registers, or signs in: the entries a random log begins with. */
  private static LogCommand beginning(int index) {
    String name = "user" + (1 + index);
    return index <= MEMBERS
        ? new PeopleCommand.Register("r" + index, name, "phc")
        : logIn("l" + index, index - MEMBERS, "token" + index, Optional.empty());
  }

  private static PeopleCommand logIn(String id, long account, String token, Optional<String> phc) {
    return new PeopleCommand.LogIn(id, account, account, token, true, 500, 2000, phc);
  }

  /** Of members and sessions that mostly are, or once were. */
  private static LogCommand randomPeopleCommand(Random random, String id, String room) {
    long account = 1 + random.nextInt(MEMBERS);
    boolean wild = random.nextInt(4) == 0;
    Seat seat = new Seat(account, wild ? 1 + random.nextInt(ENTRIES) : account + MEMBERS);
    String user = "user" + (1 + account);
    String phc = "phc" + random.nextInt(2);
    long other = random.nextInt(MEMBERS);
    return switch (random.nextInt(40)) {
      case 0 -> new PeopleCommand.Register(id, "user" + (2 + random.nextInt(6)), phc);
      case 1 -> logIn(id, account, "token of " + id, Optional.of(phc).filter(p -> wild));
      case 2 -> new PeopleCommand.LogOut(seat);
      case 3 -> new PeopleCommand.PasswordFailed(account);
      case 4 -> new PeopleCommand.ChangePassword(id, seat, account, phc);
      case 5 -> new PeopleCommand.DeleteAccount(seat, account);
      case 6 -> new PeopleCommand.KeepAlive(seat);
      case 7, 8, 9 -> new PeopleCommand.SetTopic(id, seat, room, "topic" + random.nextInt(3));
      case 10, 11, 12, 13, 14 -> new PeopleCommand.SendDirect(id, seat, 1 + other, "psst");
      case 15, 16, 17 -> new PeopleCommand.DeleteDirect(seat, 1 + other, earlierId(random));
      case 18, 19, 20 -> new PeopleCommand.DeleteMessage(seat, room, earlierId(random));
      case 21, 22 ->
          new PeopleCommand.MoveMarker(
              seat, new Conversation.InRoom(room), random.nextInt(ENTRIES));
      case 23, 24 ->
          new PeopleCommand.MoveMarker(
              seat, new Conversation.With(1 + other, "user"), random.nextInt(ENTRIES));
      default -> new PeopleCommand.AsMember(seat, new ChatCommand.Chat(id, user, "hi", room));
    };
  }

  private static String earlierId(Random random) {
    return "id" + random.nextInt(ENTRIES);
  }
}
