package dchat.client.cli;

import dchat.client.api.ChatEvent;
import dchat.client.api.Room;
import dchat.client.api.StreamEvent;
import dchat.client.tui.Key;
import dchat.client.tui.Model;
import dchat.client.tui.Msg;
import dchat.client.tui.SettingsFile;
import dchat.client.tui.Update;
import dchat.client.tui.View;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A short chat without terminal and cluster. Run with {@code -XX:AOTCacheOutput=FILE} (JDK 25 and
 * later, JEP 514 and 515) it leaves what the JVM loaded and linked in a file with which the client
 * starts faster. Nothing else needs it.
 */
final class Rehearsal {
  private static final int LINES = 500;

  private Rehearsal() {}

  public static void main(String[] args) throws ClassNotFoundException {
    plain();
    screen();
    // Of the terminal only what can be had without one.
    Class.forName("dchat.client.tui.TerminalDevice$Tty");
    Class.forName("dchat.client.tui.TerminalDevice$Painter");
    System.exit(0);
  }

  /** The options, the connection, and what works line by line. */
  private static void plain() {
    System.setIn(new ByteArrayInputStream("/help\n/quit\n".getBytes(StandardCharsets.UTF_8)));
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Main.run(nowhere, nowhere, "chat", "--plain", "--name", "rehearsal", "--node", "127.0.0.1:1");
  }

  /** What a screen shows. */
  private static void screen() {
    View view = new View(ZoneId.systemDefault());
    Update update = new Update(view, () -> "id");
    Instant now = Instant.now();
    Model model =
        Model.start(
            Optional.of("ann"),
            Optional.empty(),
            Optional.empty(),
            SettingsFile.of(Map.of()).read(),
            List.of(),
            120,
            40,
            now);
    model = update.apply(model, streamed(new StreamEvent.Live(URI.create("http://node0")))).model();
    List<Room> rooms = List.of(new Room(Room.GENERAL, now), new Room("ops", now));
    model = update.apply(model, streamed(new StreamEvent.Snapshot(0, rooms, List.of()))).model();
    for (int i = 1; i <= LINES; i++) {
      ChatEvent line =
          new ChatEvent(
              i, ChatEvent.Type.CHAT, "bob", "a line \ud83d\udc4b " + i, Room.GENERAL, "" + i, now);
      model = update.apply(model, streamed(new StreamEvent.Happened(line))).model();
      model = update.apply(model, new Msg.Pressed(Key.ofChar("x"))).model();
      view.draw(model);
    }
  }

  private static Msg streamed(StreamEvent event) {
    return new Msg.Streamed(event);
  }
}
