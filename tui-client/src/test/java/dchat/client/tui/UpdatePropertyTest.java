package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.Command;
import dchat.client.api.DirectMessage;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Progress;
import dchat.client.api.Room;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Unread;
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

  private static final Session SESSION = new Session("ann", "token");

  /** What the cluster has in its log at one place. */
  private record Entry(long index, Command command, StreamEvent event) {}

  /** A cluster that commits each id once and answers as it likes, or not at all. */
  private static final class World {
    final Random random;
    final Conversation c;
    final Map<String, Entry> committed = new LinkedHashMap<>();
    final List<Entry> log = new ArrayList<>();
    final List<Command> flying = new ArrayList<>();
    final Set<String> rooms = new HashSet<>(Set.of("general", "ops"));
    int streamed;
    int seenCommands;

    World(long seed) {
      random = new Random(seed);
      c = new Conversation(Optional.of("ann"), 20 + random.nextInt(120), 3 + random.nextInt(50));
      c.connect("ops");
      if (seed % 2 == 0) {
        c.signedIn(SESSION);
      }
    }

    Entry commit(Command command) {
      return committed.computeIfAbsent(
          command.id(),
          id -> {
            long index = 10 + log.size();
            Entry entry = new Entry(index, command, event(index, command));
            log.add(entry);
            return entry;
          });
    }

    private StreamEvent event(long index, Command command) {
      return switch (command) {
        case Command.Say say -> event(index, ChatEvent.Type.CHAT, say, say.room(), say.text());
        case Command.AddRoom add -> event(index, ChatEvent.Type.ROOM_ADD, add, add.room(), "");
        case Command.DeleteRoom delete ->
            event(index, ChatEvent.Type.ROOM_DELETE, delete, delete.room(), "");
        case Command.SetTopic topic ->
            event(index, ChatEvent.Type.ROOM_TOPIC, topic, topic.room(), topic.topic());
        case Command.TakeBack back ->
            event(index, ChatEvent.Type.MESSAGE_DELETE, back, back.room(), back.message());
        case Command.Direct dm ->
            new StreamEvent.Direct(
                new DirectMessage(index, dm.id(), dm.user(), dm.to(), dm.text(), c.model.now()));
        case Command.TakeBackDirect back ->
            new StreamEvent.DirectTakenBack(back.user(), back.partner(), back.message());
      };
    }

    private StreamEvent event(
        long index, ChatEvent.Type type, Command command, String room, String text) {
      return new StreamEvent.Happened(
          new ChatEvent(index, type, command.user(), text, room, command.id(), c.model.now()));
    }

    /** The public events, with what was taken back as a stub. */
    List<ChatEvent> chatLog() {
      Set<String> gone = takenBack();
      return log.stream()
          .map(Entry::event)
          .filter(StreamEvent.Happened.class::isInstance)
          .map(e -> ((StreamEvent.Happened) e).event())
          .map(
              e ->
                  e.type() == ChatEvent.Type.CHAT && gone.contains(e.id())
                      ? new ChatEvent(e.index(), e.type(), e.user(), "", e.room(), e.id(), e.at())
                      : e)
          .toList();
    }

    List<DirectMessage> directsWith(String partner) {
      Set<String> gone = takenBack();
      return log.stream()
          .map(Entry::event)
          .filter(StreamEvent.Direct.class::isInstance)
          .map(e -> ((StreamEvent.Direct) e).message())
          .filter(dm -> dm.partner("ann").equals(partner) && !gone.contains(dm.id()))
          .toList();
    }

    private Set<String> takenBack() {
      Set<String> gone = new HashSet<>();
      for (Entry entry : log) {
        switch (entry.command()) {
          case Command.TakeBack back -> gone.add(back.message());
          case Command.TakeBackDirect back -> gone.add(back.message());
          default -> {}
        }
      }
      return gone;
    }

    /** Takes the commands the client gave out since the last look. */
    void collect() {
      for (Cmd cmd : List.copyOf(c.commands.subList(seenCommands, c.commands.size()))) {
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
      List<Cmd> asked = List.copyOf(c.commands.subList(seenCommands, c.commands.size()));
      seenCommands = c.commands.size();
      asked.forEach(this::answer);
    }

    /** What isn't a command of the chat is answered at once, one way or the other. */
    private void answer(Cmd cmd) {
      switch (cmd) {
        case Cmd.SignIn in -> c.send(new Msg.SignInEnded("ann", in.password(), signInOutcome()));
        case Cmd.GetPast(String talk, Optional<String> before) ->
            c.send(
                new Msg.PastCame(
                    talk,
                    before,
                    random.nextInt(4) == 0
                        ? new PastOutcome.Failed(false, "no node")
                        : Talk.isDirect(talk)
                            ? new PastOutcome.BetweenTwo(
                                directsWith(Talk.partner(talk)), Optional.empty())
                            : pageOf(talk, before)));
        case Cmd.MarkRead(String talk, long index) ->
            c.send(new Msg.Marked(talk, index, random.nextBoolean()));
        default -> {}
      }
    }

    private PastOutcome pageOf(String room, Optional<String> before) {
      long end = before.map(Long::parseLong).orElse(Long.MAX_VALUE);
      List<ChatEvent> earlier =
          chatLog().stream().filter(e -> e.room().equals(room) && e.index() < end).toList();
      int from = Math.max(0, earlier.size() - 3);
      Optional<String> older =
          from == 0 ? Optional.empty() : Optional.of(earlier.get(from).index() + "");
      return new PastOutcome.InRoom(earlier.subList(from, earlier.size()), older);
    }

    private SignInOutcome signInOutcome() {
      return switch (random.nextInt(4)) {
        case 0 -> new SignInOutcome.Elsewhere();
        case 1 -> new SignInOutcome.Refused("bad-credentials", "no");
        case 2 -> new SignInOutcome.Failed("no leader");
        default -> new SignInOutcome.SignedIn(SESSION);
      };
    }

    void step() {
      boolean locked = !c.model.identity().maySend();
      int before = c.sent().size();
      act();
      if (locked && !c.model.identity().maySend()) {
        assertThat(c.sent()).as("sent while nobody may speak").hasSize(before);
      }
      collect();
    }

    private void act() {
      switch (random.nextInt(17)) {
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
        case 14 -> session();
        case 15 -> commit(new Command.Direct("direct-" + log.size(), "bob", "ann", "between us"));
        default ->
            commit(
                new Command.Say(
                    "other-" + log.size(),
                    "bob",
                    random.nextBoolean() ? "ops" : "general",
                    "hi @ann"));
      }
    }

    /** What happens to a session, or on other devices of the same person. */
    private void session() {
      switch (random.nextInt(6)) {
        case 0 ->
            c.stream(
                new StreamEvent.SessionOver(
                    c.model.identity().signedIn(), "session-superseded", "taken over"));
        case 1 -> c.stream(new StreamEvent.SessionOver(Optional.empty(), "sign-in-required", ""));
        case 2 -> c.stream(new StreamEvent.ReadRoom("ops", random.nextInt(10 + log.size())));
        case 3 -> c.stream(new StreamEvent.ReadDirect("bob", random.nextInt(10 + log.size())));
        case 4 -> c.send(new Msg.NamesFound("ann", Cmd.Why.WELCOME, Optional.of(List.of("ann"))));
        default -> c.signedIn(SESSION);
      }
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
            String[] codes = {"no", "session-ended", "name-registered"};
            c.answered(
                command.id(), new Outcome.Rejected(codes[random.nextInt(codes.length)], "no"));
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
        c.stream(log.get(streamed++).event());
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
      chatLog().forEach(e -> apply(now, e));
      long cursor = log.isEmpty() ? 0 : log.getLast().index();
      c.stream(
          new StreamEvent.Snapshot(
              cursor,
              now.stream().map(r -> new Room(r, Conversation.START)).toList(),
              chatLog().stream().filter(e -> now.contains(e.room())).toList(),
              c.model.identity().signedIn().map(s -> unread())));
    }

    private Unread unread() {
      return new Unread(
          List.of(
              new Unread.InRoom("ops", random.nextInt(5), false),
              new Unread.InRoom("general", random.nextInt(5), false)),
          directsWith("bob").isEmpty()
              ? List.of()
              : List.of(new Unread.InDirect("bob", false, 1, random.nextInt(5), false)));
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
        "/dm bob",
        "/msg bob psst",
        "/me waves",
        "/topic about this",
        "/del",
        "/login",
        "/register",
        "/logout",
        "/passwd",
        "/unread",
        "/users an",
        "/notify all",
        "/theme light",
        "/set",
        "/node node1",
        "//x",
        "/quit",
        "/name ann",
        "/room 99"
      };
      return commands[random.nextInt(commands.length)];
    }

    /** Everything works again: what is under way is answered, what is pending goes out. */
    void settle() {
      c.press(Key.Name.ESCAPE).press(Key.Name.ESCAPE).signedIn(SESSION);
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
          if (i % 4 == seed % 4) {
            Frame frame = world.c.view.draw(world.c.model);
            assertThat(frame.cells()).allMatch(row -> row.size() == frame.columns());
          }
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
        world.chatLog().stream()
            .filter(e -> e.type() == ChatEvent.Type.CHAT && e.room().equals(Room.GENERAL))
            .map(ChatEvent::text)
            .toList();
    List<String> shown =
        chat.room(Room.GENERAL).lines().stream().filter(Line::isSaid).map(Line::text).toList();
    assertThat(shown).as("seed %d: the log of general, no more and no less", seed).isEqualTo(own);
    if (chat.has("@bob") && chat.room("@bob").past().isHere()) {
      assertThat(chat.room("@bob").lines().stream().filter(Line::isSaid).map(Line::id))
          .as("seed %d: what passed with bob, no more and no less", seed)
          .containsExactlyElementsOf(
              world.directsWith("bob").stream().map(DirectMessage::id).toList());
    }
    outbox.pending().forEach(p -> assertThat(world.committed).doesNotContainKey(p.id()));
  }
}
