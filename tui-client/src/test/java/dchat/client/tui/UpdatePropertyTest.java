package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import dchat.client.api.Room;
import dchat.client.api.StreamEvent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever happens in whatever order, nothing throws and no line is lost or doubled. */
class UpdatePropertyTest {
  private static final int RUNS = 300;
  private static final int STEPS = 250;
  private static final URI NODE = URI.create("http://127.0.0.1:9000");

  /** A cluster that commits each id once and answers as it likes, or not at all. */
  private static final class World {
    final Random random;
    final Conversation c;
    final Map<String, ChatEvent> committed = new LinkedHashMap<>();
    final List<ChatEvent> log = new ArrayList<>();
    final List<Command> flying = new ArrayList<>();
    final Set<String> rooms = new HashSet<>(Set.of("general", "ops"));
    int streamed;
    int seenCommands;

    World(long seed) {
      random = new Random(seed);
      c = new Conversation(Optional.of("ann"), 20 + random.nextInt(120), 3 + random.nextInt(50));
      c.connect("ops");
    }

    ChatEvent commit(Command command) {
      return committed.computeIfAbsent(
          command.id(),
          id -> {
            ChatEvent event =
                switch (command) {
                  case Command.Say say -> event(ChatEvent.Type.CHAT, say, say.text());
                  case Command.AddRoom add -> event(ChatEvent.Type.ROOM_ADD, add, "");
                  case Command.DeleteRoom del -> event(ChatEvent.Type.ROOM_DELETE, del, "");
                  default -> throw new IllegalArgumentException("" + command);
                };
            log.add(event);
            return event;
          });
    }

    private ChatEvent event(ChatEvent.Type type, Command command, String text) {
      return new ChatEvent(
          10 + log.size(), type, command.user(), text, room(command), command.id(), c.model.now());
    }

    private static String room(Command command) {
      return switch (command) {
        case Command.Say say -> say.room();
        case Command.AddRoom add -> add.room();
        case Command.DeleteRoom delete -> delete.room();
        default -> throw new IllegalArgumentException("" + command);
      };
    }

    /** Takes the commands the client gave out since the last look. */
    void collect() {
      for (Cmd cmd : c.commands.subList(seenCommands, c.commands.size())) {
        if (cmd instanceof Cmd.Send(Command command)) {
          assertThat(flying)
              .as("one command under way at a time, but for those the stream has brought back")
              .allMatch(f -> committed.containsKey(f.id()));
          assertThat(c.model.outbox().find(command.id()).map(Pending::isRejected))
              .as("sent though rejected and not tried again")
              .isNotEqualTo(Optional.of(true));
          flying.add(command);
        }
      }
      seenCommands = c.commands.size();
    }

    void step() {
      switch (random.nextInt(15)) {
        case 0, 1 -> c.press(randomKey());
        case 2 -> c.type(randomText());
        case 3 -> c.enter(randomText());
        case 4 -> c.enter(randomCommand());
        case 5 -> c.pass(Duration.ofMillis(random.nextInt(3000)));
        case 6 -> c.send(new Msg.Resized(random.nextInt(150), random.nextInt(60)));
        case 7 -> c.send(new Msg.Pasted(Sanitizer.text(randomText().repeat(random.nextInt(40)))));
        case 8, 9 -> answerOne();
        case 10, 11 -> streamOne();
        case 12 -> cluster();
        case 13 -> restart();
        default -> {
          ChatEvent other =
              commit(
                  new Command.Say(
                      "other-" + log.size(),
                      "bob",
                      random.nextBoolean() ? "ops" : "general",
                      "hi @ann"));
          assertThat(other).isNotNull();
        }
      }
      collect();
    }

    void answerOne() {
      if (flying.isEmpty()) {
        return;
      }
      Command command = flying.removeFirst();
      switch (random.nextInt(5)) {
        case 0 -> c.answered(command.id(), new Outcome.Unknown("timeout"));
        case 1 -> {
          commit(command);
          c.answered(command.id(), new Outcome.Unknown("timeout"));
        }
        case 2 -> c.answered(command.id(), new Outcome.NoLeader("none"));
        case 3 -> {
          if (committed.containsKey(command.id())) {
            c.answered(command.id(), new Outcome.Committed(commit(command).index(), true));
          } else {
            c.answered(command.id(), new Outcome.Rejected("no", "no"));
          }
        }
        default -> {
          boolean before = committed.containsKey(command.id());
          c.answered(command.id(), new Outcome.Committed(commit(command).index(), before));
        }
      }
      if (c.model.outbox().find(command.id()).isPresent() && random.nextBoolean()) {
        c.send(
            new Msg.Waiting(
                command.id(), new Progress.Retrying("late", Duration.ZERO, random.nextBoolean())));
      }
    }

    void streamOne() {
      if (streamed < log.size()) {
        c.stream(new StreamEvent.Happened(log.get(streamed++)));
      }
    }

    void cluster() {
      switch (random.nextInt(7)) {
        case 0 -> c.heartbeat(Optional.empty());
        case 1 -> c.heartbeat(Optional.of("node2"));
        case 2 ->
            c.stream(
                new StreamEvent.Offline(
                    List.of(new StreamEvent.Failure(NODE, "refused")), Duration.ofSeconds(1)));
        case 3 -> c.stream(new StreamEvent.Live(NODE));
        case 4 -> c.stream(new StreamEvent.Connecting(NODE));
        case 5 -> c.polled(Optional.empty(), random.nextInt(4));
        default -> {
          c.stream(new StreamEvent.Resync());
          snapshot();
        }
      }
    }

    /** The client is killed and starts again with what it had on disk. */
    void restart() {
      List<Pending> disk = c.model.outbox().kept();
      for (Command command : flying) {
        // A deletion that was lost on the way may never be asked for again.
        if (random.nextBoolean()) {
          commit(command);
        }
      }
      flying.clear();
      OutboxJson read = OutboxJson.read(new OutboxJson(List.of(NODE), disk).write()).orElseThrow();
      assertThat(read.lines()).isEqualTo(disk);
      c.restart().send(new Msg.Recalled(read.lines(), List.of(), random.nextBoolean()));
      snapshot();
    }

    void snapshot() {
      streamed = log.size();
      Set<String> now = new HashSet<>(rooms);
      log.forEach(e -> apply(now, e));
      long cursor = log.isEmpty() ? 0 : log.getLast().index();
      c.stream(
          new StreamEvent.Snapshot(
              cursor,
              now.stream().map(r -> new Room(r, Conversation.START)).toList(),
              log.stream().filter(e -> now.contains(e.room())).toList()));
    }

    private static void apply(Set<String> rooms, ChatEvent event) {
      if (event.type() == ChatEvent.Type.ROOM_ADD) {
        rooms.add(event.room());
      } else if (event.type() == ChatEvent.Type.ROOM_DELETE && !event.room().equals("general")) {
        rooms.remove(event.room());
      }
    }

    private Key randomKey() {
      return switch (random.nextInt(4)) {
        case 0 -> Key.control((char) ('a' + random.nextInt(26)));
        case 1 -> Key.alt(String.valueOf((char) (' ' + random.nextInt(95))));
        default -> Key.of(Key.Name.values()[random.nextInt(Key.Name.values().length)]);
      };
    }

    private String randomText() {
      String[] texts = {
        "hello",
        "y",
        "x\u0301",
        "\ud83d\ude00\ud83c\udffd",
        "\u4f60\u597d",
        "a b c",
        " ",
        "+",
        "-",
        "@bob "
      };
      return texts[random.nextInt(texts.length)];
    }

    private String randomCommand() {
      String[] commands = {
        "/retry",
        "/edit",
        "/join ops",
        "/1",
        "/create r1",
        "/delete-room r1",
        "/delete-room ops",
        "/who",
        "/rooms",
        "/help",
        "/cluster",
        "/search x",
        "/nonsense",
        "//x",
        "/quit",
        "/name ann",
        "/room 99"
      };
      return commands[random.nextInt(commands.length)];
    }

    /** Everything works again: what is under way is answered, what is pending goes out. */
    void settle() {
      c.press(Key.Name.ESCAPE);
      c.stream(new StreamEvent.Live(NODE)).heartbeat(Optional.of("node1"));
      collect();
      for (int i = 0; i < 1000 && (c.model.outbox().waiting() > 0 || !flying.isEmpty()); i++) {
        c.pass(Duration.ofSeconds(1));
        collect();
        if (!flying.isEmpty()) {
          Command command = flying.removeFirst();
          c.answered(command.id(), new Outcome.Committed(commit(command).index(), false));
          collect();
        }
      }
      while (streamed < log.size()) {
        streamOne();
      }
    }
  }

  @Test
  void random_messages_never_throw_and_every_line_ends_exactly_once() {
    for (long seed = 0; seed < RUNS; seed++) {
      World world = new World(seed);
      try {
        for (int i = 0; i < STEPS; i++) {
          world.step();
          Frame frame = world.c.view.draw(world.c.model);
          assertThat(frame.cells()).allMatch(row -> row.size() == frame.columns());
        }
        world.settle();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      check(world, seed);
    }
  }

  private static void check(World world, long seed) {
    Outbox outbox = world.c.model.outbox();
    assertThat(outbox.waiting()).as("seed %d: still waiting", seed).isZero();
    Chat chat = world.c.model.chat();
    for (String room : chat.names()) {
      List<Long> indexes =
          chat.room(room).lines().stream().filter(l -> !l.isLocal()).map(Line::index).toList();
      assertThat(indexes).as("seed %d: #%s", seed, room).isSorted().doesNotHaveDuplicates();
    }
    List<String> own =
        world.log.stream()
            .filter(e -> e.type() == ChatEvent.Type.CHAT && e.room().equals(Room.GENERAL))
            .map(ChatEvent::text)
            .toList();
    List<String> shown =
        chat.room(Room.GENERAL).lines().stream()
            .filter(l -> l.kind() == Line.Kind.CHAT)
            .map(Line::text)
            .toList();
    assertThat(shown).as("seed %d: the log of general, no more and no less", seed).isEqualTo(own);
    outbox.pending().forEach(p -> assertThat(world.committed).doesNotContainKey(p.id()));
  }
}
