package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.DirectMessage;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.SearchOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.TimeOrderedIds;
import dchat.client.api.Unread;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private static final int WRONG_USE = 2;
  private static final int NOT_COMMITTED = 3;
  private static final int REJECTED = 4;

  private final LinkedBlockingQueue<Object> inputs = new LinkedBlockingQueue<>();
  private final Set<Line> printed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final View view = new View(ZoneId.systemDefault());
  private final Update update = new Update(view, new TimeOrderedIds(InstantSource.system())::next);
  private final PrintWriter out;
  private final Echo echo;
  private Model model;
  private Mode asked = new Mode.Typing();
  private Link.Health health = Link.Health.CONNECTING;
  private boolean over;
  private boolean refused;
  private long endOfInput = Long.MAX_VALUE;

  /** A line that was read, or its absence at the end of the input. */
  private record Read(Optional<String> line) {}

  private PlainChat(ChatSession session, PrintWriter out, Echo echo) {
    this.out = out;
    this.echo = echo;
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
   * @return 0, or 3 if something typed may not be committed, or 4 if something was rejected, or 2
   *     if a password was to be asked for where nobody can be
   */
  public static int run(ChatSession session, InputStream in, PrintWriter out)
      throws InterruptedException {
    PlainChat chat = new PlainChat(session, out, in == System.in ? Echo.ofInput() : Echo.none());
    try (Effects effects = session.start(chat.model.identity().signedIn(), chat.inputs::add)) {
      chat.model.me().ifPresent(name -> chat.apply(effects.recall(name), effects));
      Thread.ofPlatform().daemon().name("lines").start(() -> chat.read(in));
      while (!chat.isOver()) {
        chat.turn(effects);
      }
    } finally {
      chat.echo.close();
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
            && (model.outbox().waiting() == 0
                || isLockedOut()
                || System.nanoTime() - endOfInput > LAST_LINES_NANOS);
    return over || waited || out.checkError();
  }

  /** Lines wait for a password, and nobody is there to give it. */
  private boolean isLockedOut() {
    return !model.identity().maySend() && !echo.isPossible();
  }

  private int exitCode() {
    if (refused) {
      return WRONG_USE;
    }
    boolean unsure = model.outbox().pending().stream().anyMatch(Pending::mayBeCommitted);
    if (isLockedOut() && model.outbox().waiting() > 0 && !unsure) {
      return REJECTED;
    }
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
    printQuestion(effects);
    out.flush();
  }

  /** A question that has come up; the next line that is read answers it. */
  private void printQuestion(Effects effects) {
    Mode mode = model.ui().mode();
    if (mode instanceof Mode.Asking asking) {
      if (!echo.isPossible()) {
        // What follows in the pipe may be the password: it must not be said.
        over = true;
        refused = true;
        out.println(
            "-- no terminal to ask for a password; once signed in with dchat chat, it is kept");
        return;
      }
      if (!mode.equals(asked)) {
        out.println("-- " + asking.form().prompt() + " (not shown; an empty line cancels):");
        echo.off();
      }
    } else {
      echo.on();
      if (isYesOrNo(mode) && !mode.equals(asked)) {
        out.println("-- " + InputLine.prompt(model, Layout.of(model.ui())));
      }
    }
    asked = mode;
  }

  private static boolean isYesOrNo(Mode mode) {
    return mode instanceof Mode.ConfirmTakeover || mode instanceof Mode.ConfirmTakeBack;
  }

  private void enter(String text, Effects effects) {
    if (model.ui().mode() instanceof Mode.Asking) {
      apply(new Msg.Pressed(text.isEmpty() ? Key.of(Key.Name.ESCAPE) : Key.ofChar(text)), effects);
      apply(new Msg.Pressed(Key.of(Key.Name.ENTER)), effects);
      return;
    }
    if (isYesOrNo(model.ui().mode())) {
      String answer = text.strip().toLowerCase(Locale.ROOT).startsWith("y") ? "y" : "n";
      apply(new Msg.Pressed(Key.ofChar(answer)), effects);
      return;
    }
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
        snapshot.unread().ifPresent(this::printUnread);
      }
      case Msg.Streamed(StreamEvent.Direct(DirectMessage dm)) ->
          out.println(PlainFormat.line(dm, model.me().orElse("")));
      case Msg.PastCame(String t, Optional<String> b, PastOutcome.BetweenTwo past) ->
          past.lines().stream()
              .skip(Math.max(0, past.lines().size() - RECENT_LINES))
              .forEach(dm -> out.println(PlainFormat.line(dm, model.me().orElse(""))));
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

  private void printUnread(Unread unread) {
    String all =
        Stream.concat(
                unread.rooms().stream()
                    .filter(r -> r.unread() > 0)
                    .map(r -> "#" + r.room() + " " + r.unread()),
                unread.directs().stream()
                    .filter(d -> d.unread() > 0)
                    .map(d -> "@" + d.user() + " " + d.unread()))
            .collect(Collectors.joining(", "));
    if (!all.isEmpty()) {
      out.println("-- unread: " + all);
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
      out.println("-- [" + Talk.label(model.chat().current()) + "] " + words);
    }
  }

  private void printRow(Row row) {
    StringBuilder text = new StringBuilder();
    row.spans().forEach(span -> text.append(span.text()));
    out.println(text.toString().stripTrailing());
  }
}
