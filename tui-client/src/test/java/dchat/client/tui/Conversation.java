package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterStatus;
import dchat.client.api.DirectMessage;
import dchat.client.api.Outcome;
import dchat.client.api.Room;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import dchat.client.api.Unread;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A client without terminal and cluster: messages in, model and commands out, one fixed clock. */
final class Conversation {
  static final Instant START = Instant.parse("2026-11-20T14:00:00Z");

  final View view = new View(ZoneOffset.UTC);
  final List<Cmd> commands = new ArrayList<>();
  private final Update update;
  private int ids;
  private long index;
  Model model;

  Conversation(Optional<String> me, int columns, int rows) {
    this.update = new Update(view, () -> "id-" + ++ids);
    this.model = start(me, Optional.empty(), columns, rows, START);
  }

  /** The same person with a client started anew; what its outbox held is gone from memory. */
  Conversation restart() {
    Ui.Size size = model.ui().size();
    model =
        start(model.me(), model.identity().signedIn(), size.columns(), size.rows(), model.now());
    return this;
  }

  private static Model start(
      Optional<String> me, Optional<Session> session, int columns, int rows, Instant now) {
    Settings settings = new Settings(Theme.DARK, Settings.Ringing.MENTIONS);
    return Model.start(me, session, Optional.empty(), settings, List.of(), columns, rows, now);
  }

  /** With ann, connected to a cluster that has the given rooms besides general. */
  static Conversation live(int columns, int rows, String... rooms) {
    Conversation conversation = new Conversation(Optional.of("ann"), columns, rows);
    conversation.connect(rooms);
    return conversation;
  }

  Conversation connect(String... rooms) {
    List<Room> all = new ArrayList<>(List.of(new Room(Room.GENERAL, START)));
    for (String room : rooms) {
      all.add(new Room(room, START));
    }
    stream(new StreamEvent.Live(URI.create("http://127.0.0.1:9000")));
    stream(new StreamEvent.Snapshot(index, all, List.of()));
    return heartbeat(Optional.of("node1"));
  }

  /** The cluster accepts the reader as whoever holds that session. */
  Conversation signedIn(Session session) {
    return send(
        new Msg.SignInEnded(session.name(), Secret.EMPTY, new SignInOutcome.SignedIn(session)));
  }

  /** A line between two people. */
  Conversation wrote(String from, String to, String text) {
    index += 2;
    return stream(
        new StreamEvent.Direct(
            new DirectMessage(index, "dm-" + index, from, to, text, model.now())));
  }

  /** What the cluster knows at this moment, with counts for who is signed in. */
  Conversation snapshot(Unread unread, String... rooms) {
    List<Room> all = new ArrayList<>(List.of(new Room(Room.GENERAL, START)));
    List.of(rooms).forEach(room -> all.add(new Room(room, START)));
    return stream(new StreamEvent.Snapshot(index, all, List.of(), Optional.of(unread)));
  }

  Conversation heartbeat(Optional<String> leader) {
    return stream(new StreamEvent.Heartbeat("node0", leader, 7, index, index));
  }

  Conversation send(Msg msg) {
    Step step = update.apply(model, msg);
    model = step.model();
    commands.addAll(step.commands());
    return this;
  }

  Conversation stream(StreamEvent event) {
    return send(new Msg.Streamed(event));
  }

  Conversation pass(Duration time) {
    return send(new Msg.Tick(model.now().plus(time)));
  }

  Conversation press(Key.Name name) {
    return send(new Msg.Pressed(Key.of(name)));
  }

  Conversation press(Key key) {
    return send(new Msg.Pressed(key));
  }

  Conversation type(String text) {
    return send(new Msg.Pressed(Key.ofChar(text)));
  }

  Conversation enter(String text) {
    return type(text).press(Key.Name.ENTER);
  }

  Conversation said(String user, String room, String text) {
    return happened(ChatEvent.Type.CHAT, user, room, text, "of-" + user + index);
  }

  Conversation happened(ChatEvent.Type type, String user, String room, String text, String id) {
    index += 2;
    return stream(
        new StreamEvent.Happened(new ChatEvent(index, type, user, text, room, id, model.now())));
  }

  Conversation answered(String id, Outcome outcome) {
    return send(new Msg.Answered(id, outcome));
  }

  /** How the members see each other; of three, so many are reachable. */
  Conversation polled(Optional<String> leader, int reachable) {
    List<ClusterStatus.Member> members =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new ClusterStatus.Member(
                        "node" + i,
                        "voter",
                        "127.0.0.1:1000" + i,
                        Optional.of(URI.create("http://127.0.0.1:900" + i)),
                        leader.equals(Optional.of("node" + i)),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Optional.of(i < reachable)))
            .toList();
    ClusterStatus status =
        new ClusterStatus(
            "node0", "follower", leader, 7, index, index, index, Optional.empty(), members);
    URI from = URI.create("http://127.0.0.1:9000");
    return send(
        new Msg.Polled(new Survey(List.of(new Survey.Reply(from, status, Duration.ofMillis(18))))));
  }

  /** The ids of the commands that were sent, in order. */
  List<String> sent() {
    return commands.stream()
        .filter(Cmd.Send.class::isInstance)
        .map(c -> ((Cmd.Send) c).command().id())
        .toList();
  }

  /** The screen as text without the blanks at its edges. */
  String screen() {
    Frame frame = view.draw(model);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < frame.rows(); row++) {
      text.append(frame.row(row)).append('\n');
    }
    return text.toString();
  }

  String statusLine() {
    Frame frame = view.draw(model);
    return frame.row(frame.rows() - 2);
  }
}
