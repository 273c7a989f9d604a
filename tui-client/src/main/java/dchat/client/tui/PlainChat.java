package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.Outcome;
import dchat.client.api.SearchOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.TimeOrderedIds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The chat line by line: lines are read and events printed, nothing moves. The same model as on a
 * screen, so the same promises about what was typed.
 */
public final class PlainChat {
  private static final int RECENT_LINES = 20;
  private static final int PLAIN_COLUMNS = 80;

  /** After the input has ended, what was typed gets this long to be committed. */
  private static final long LAST_LINES_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final int ALL_COMMITTED = 0;
  private static final int NOT_COMMITTED = 3;
  private static final int REJECTED = 4;

  private final LinkedBlockingQueue<Object> inputs = new LinkedBlockingQueue<>();
  private final Set<Line> printed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final View view = new View(ZoneId.systemDefault());
  private final Update update = new Update(view, new TimeOrderedIds(InstantSource.system())::next);
  private final PrintWriter out;
  private Model model;
  private Link.Health health = Link.Health.CONNECTING;
  private boolean over;
  private long endOfInput = Long.MAX_VALUE;

  /** A line that was read, or its absence at the end of the input. */
  private record Read(Optional<String> line) {}

  private PlainChat(ChatSession session, PrintWriter out) {
    this.out = out;
    Optional<String> name = session.name().or(() -> Optional.of(fallbackName()));
    this.model = session.model(name, 80, 24);
  }

  private static String fallbackName() {
    String user = System.getProperty("user.name", "");
    return Keys.NAME.matcher(user).matches() ? user : "guest";
  }

  /**
   * Chats until the input ends or the reader leaves.
   *
   * @return 0, or 3 if something typed may not be committed, or 4 if something was rejected
   */
  public static int run(ChatSession session, InputStream in, PrintWriter out)
      throws InterruptedException {
    PlainChat chat = new PlainChat(session, out);
    try (Effects effects = session.start(chat.inputs::add)) {
      chat.model.me().ifPresent(name -> chat.apply(effects.recall(name), effects));
      Thread.ofPlatform().daemon().name("lines").start(() -> chat.read(in));
      while (!chat.isOver()) {
        chat.turn(effects);
      }
    }
    Outgoing.farewell(chat.model).ifPresent(words -> out.println("-- " + words));
    out.flush();
    return chat.exitCode();
  }

  private void read(InputStream in) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        inputs.add(new Read(Optional.of(line)));
      }
    } catch (IOException e) {
      // The same as its end.
    }
    inputs.add(new Read(Optional.empty()));
  }

  private boolean isOver() {
    boolean waited =
        endOfInput != Long.MAX_VALUE
            && (model.outbox().waiting() == 0 || System.nanoTime() - endOfInput > LAST_LINES_NANOS);
    return over || waited || out.checkError();
  }

  private int exitCode() {
    if (model.outbox().waiting() > 0) {
      return NOT_COMMITTED;
    }
    return model.outbox().rejected() > 0 ? REJECTED : ALL_COMMITTED;
  }

  private void turn(Effects effects) throws InterruptedException {
    Object input = inputs.poll(Update.untilTick(model).toNanos(), TimeUnit.NANOSECONDS);
    apply(new Msg.Tick(Instant.now()), effects);
    switch (input) {
      case null -> {}
      case Read(Optional<String> line) -> {
        line.ifPresent(text -> enter(text, effects));
        if (line.isEmpty()) {
          endOfInput = System.nanoTime();
        }
      }
      case Msg msg -> {
        print(msg);
        apply(msg, effects);
      }
      default -> throw new IllegalStateException("unexpected " + input);
    }
    printNotes();
    printHealth();
    out.flush();
  }

  private void enter(String text, Effects effects) {
    model = model.ui(model.ui().mode(new Mode.Typing()).editor(Editor.of(Sanitizer.text(text))));
    apply(new Msg.Pressed(Key.of(Key.Name.ENTER)), effects);
    switch (model.ui().mode()) {
      case Mode.Help h -> Help.rows(model.extras(), 80).forEach(this::printRow);
      case Mode.ClusterView c -> ClusterPage.rows(model).forEach(this::printRow);
      default -> {}
    }
  }

  private void apply(Msg msg, Effects effects) {
    Step step = update.apply(model, msg);
    Optional<Msg.Keeping> keeping = effects.keep(model, step.model());
    model = step.model();
    for (Cmd command : step.commands()) {
      switch (command) {
        case Cmd.Quit q -> over = true;
        case Cmd.Recall(String name) -> apply(effects.recall(name), effects);
        default -> effects.run(command);
      }
    }
    keeping.ifPresent(k -> apply(k, effects));
  }

  private void print(Msg msg) {
    switch (msg) {
      case Msg.Streamed(StreamEvent.Snapshot snapshot) -> {
        int skip = Math.max(0, snapshot.lines().size() - RECENT_LINES);
        snapshot.lines().stream()
            .filter(e -> e.index() > model.chat().lastIndex())
            .skip(skip)
            .forEach(e -> out.println(PlainFormat.line(e)));
      }
      case Msg.Streamed(StreamEvent.Happened(ChatEvent event)) ->
          out.println(PlainFormat.line(event));
      case Msg.Searched(String words, SearchOutcome found) ->
          SearchPage.rows(
                  view.timeline(), new Mode.Search(words, Optional.of(found), 0), PLAIN_COLUMNS)
              .forEach(this::printRow);
      case Msg.Answered(String id, Outcome.Rejected(String code, String detail)) ->
          out.println("!! rejected: " + detail);
      default -> {}
    }
  }

  private void printNotes() {
    for (Line line : model.chat().currentRoom().lines()) {
      if (line.isLocal() && printed.add(line)) {
        out.println("-- " + line.text());
      }
    }
  }

  private void printHealth() {
    if (model.link().health() != health) {
      health = model.link().health();
      String words = StatusLine.cluster(model.link(), model.now(), false);
      out.println("-- [#" + model.chat().current() + "] " + words);
    }
  }

  private void printRow(Row row) {
    StringBuilder text = new StringBuilder();
    row.spans().forEach(span -> text.append(span.text()));
    out.println(text.toString().stripTrailing());
  }
}
