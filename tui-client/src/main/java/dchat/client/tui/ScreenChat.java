package dchat.client.tui;

import dchat.client.api.TimeOrderedIds;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The chat on a whole screen. One thread owns model and screen; all others only post messages to
 * it. The screen is drawn at most thirty times a second, and only when it would change.
 */
public final class ScreenChat {
  private static final long FRAME_NANOS = Duration.ofMillis(33).toNanos();

  private final LinkedBlockingQueue<Msg> messages = new LinkedBlockingQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final View view = new View(ZoneId.systemDefault());
  private final Update update = new Update(view, new TimeOrderedIds(InstantSource.system())::next);
  private final ChatSession session;
  private Model model;
  private boolean dirty = true;
  private boolean over;
  private long lastDrawn = System.nanoTime() - FRAME_NANOS;

  private ScreenChat(ChatSession session) {
    this.session = session;
    this.model = session.model(session.name(), 80, 24);
  }

  /** Whether there is a screen to chat on. */
  public static boolean isPossible() {
    return TerminalDevice.isThere();
  }

  /**
   * Chats until the reader leaves.
   *
   * @return what to tell the reader who has left, if there is anything
   * @throws IOException when the terminal can't be used; it is restored by then
   */
  public static Optional<String> run(ChatSession session) throws IOException, InterruptedException {
    return new ScreenChat(session).run();
  }

  private Optional<String> run() throws IOException, InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> fail(e));
    try (TerminalDevice device = TerminalDevice.open(messages::add)) {
      model = update.apply(model, device.size()).model();
      // Before there is a connection: whoever starts a chat sees at once that it starts.
      draw(device);
      chat(device);
    }
    // Only now, when the terminal can show it.
    if (failure.get() != null) {
      throw new IllegalStateException("a fault in dchat itself", failure.get());
    }
    return Outgoing.farewell(model);
  }

  private void chat(TerminalDevice device) throws IOException, InterruptedException {
    try (Effects effects = session.start(model.identity().signedIn(), messages::add)) {
      if (session.name().isPresent()) {
        apply(effects.recall(session.name().get()), device, effects);
        if (model.identity() instanceof Identity.Guest) {
          effects.run(new Cmd.FindNames(session.name().get(), Cmd.Why.CHECK));
        }
      }
      while (!over && failure.get() == null) {
        turn(device, effects);
      }
    }
  }

  private void fail(Throwable e) {
    failure.compareAndSet(null, e);
    messages.add(new Msg.Closed());
  }

  private void turn(TerminalDevice device, Effects effects)
      throws IOException, InterruptedException {
    long untilFrame = lastDrawn + FRAME_NANOS - System.nanoTime();
    long wait = dirty ? Math.max(0, untilFrame) : Update.untilTick(model).toNanos();
    Msg first = messages.poll(wait, TimeUnit.NANOSECONDS);
    apply(new Msg.Tick(Instant.now()), device, effects);
    for (Msg next = first; next != null && !over; next = messages.poll()) {
      apply(next, device, effects);
    }
    if (dirty && System.nanoTime() - lastDrawn >= FRAME_NANOS) {
      draw(device);
    }
  }

  private void draw(TerminalDevice device) throws IOException {
    device.draw(view.draw(model), model.ui().settings().theme());
    lastDrawn = System.nanoTime();
    dirty = false;
  }

  private void apply(Msg msg, TerminalDevice device, Effects effects) throws IOException {
    Step step = update.apply(model, msg);
    dirty |= step.model() != model;
    Optional<Msg.Keeping> keeping = effects.keep(model, step.model());
    model = step.model();
    for (Cmd command : step.commands()) {
      switch (command) {
        case Cmd.Quit q -> over = true;
        case Cmd.Bell b -> device.bell();
        // At once: a line typed meanwhile would take the place of those that are found.
        case Cmd.Recall(String name) -> apply(effects.recall(name), device, effects);
        case Cmd.Redraw r -> {
          device.forget();
          dirty = true;
        }
        default -> effects.run(command);
      }
    }
    if (keeping.isPresent()) {
      apply(keeping.get(), device, effects);
    }
  }
}
