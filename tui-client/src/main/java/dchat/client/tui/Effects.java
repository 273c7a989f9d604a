package dchat.client.tui;

import dchat.client.api.ClusterClient;
import dchat.client.api.EventStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries out what the model asks of the world outside, each on a thread of its own, and posts what
 * came of it. Holds no state of the chat.
 */
final class Effects implements AutoCloseable {
  /** After this the model is asked again whether it still wants the command sent. */
  private static final Duration SEND_BUDGET = Duration.ofSeconds(30);

  /** A node that takes longer to say how it is counts as hanging. */
  private static final Duration POLL_PATIENCE = Duration.ofSeconds(2);

  private final ClusterClient client;
  private final NameFile names;
  private final Optional<OutboxFolder> outbox;
  private final Host host;
  private final Consumer<Msg> post;
  private final EventStream stream;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean polling = new AtomicBoolean();
  private boolean keeps = true;

  /**
   * @param outbox where lines are kept; empty if they go with this program
   */
  Effects(
      ClusterClient client,
      NameFile names,
      Optional<OutboxFolder> outbox,
      Host host,
      Consumer<Msg> post) {
    this.client = client;
    this.names = names;
    this.outbox = outbox;
    this.host = host;
    this.post = post;
    this.stream =
        client.events(
            OptionalLong.empty(), event -> post.accept(new Msg.Streamed(Incoming.clean(event))));
  }

  void run(Cmd command) {
    switch (command) {
      case Cmd.Send send -> threads.execute(() -> send(send));
      case Cmd.Poll p -> {
        if (polling.compareAndSet(false, true)) {
          threads.execute(this::poll);
        }
      }
      case Cmd.Search(String words) ->
          threads.execute(
              () -> post.accept(new Msg.Searched(words, Incoming.clean(client.search(words)))));
      case Cmd.Reconnect r -> stream.reconnect();
      case Cmd.Recall(String name) -> post.accept(recall(name));
      case Cmd.Remember(String name) -> threads.execute(() -> names.write(name));
      case Cmd.Extra extra -> threads.execute(() -> host.run(extra));
      case Cmd.Bell b -> {}
      case Cmd.Redraw r -> {}
      case Cmd.Quit q -> {}
    }
  }

  /** What was kept of that name's lines. */
  Msg.Recalled recall(String name) {
    if (outbox.isEmpty()) {
      return new Msg.Recalled(List.of(), List.of(), false);
    }
    try {
      OutboxFolder.Found found = outbox.get().recall(name);
      return new Msg.Recalled(found.lines(), found.problems(), true);
    } catch (IOException e) {
      return new Msg.Recalled(List.of(), List.of("lines can't be kept: " + words(e)), false);
    }
  }

  /**
   * Puts on disk what {@code after} has to survive with, before anything is shown or sent of it.
   *
   * @return what the model should know of how that went, if that has changed
   */
  Optional<Msg.Keeping> keep(Model before, Model after) {
    if (outbox.isEmpty() || before.outbox() == after.outbox()) {
      return Optional.empty();
    }
    boolean kept = keeps;
    try {
      outbox.get().keep(after.outbox().kept());
      keeps = true;
      return kept ? Optional.empty() : Optional.of(new Msg.Keeping(Optional.empty()));
    } catch (IOException e) {
      keeps = false;
      return kept ? Optional.of(new Msg.Keeping(Optional.of(words(e)))) : Optional.empty();
    }
  }

  /** What a file system says by the mere kind of its exceptions, in words. */
  private static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException gone -> gone.getFile() + ": no such file or folder";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void send(Cmd.Send send) {
    String id = send.command().id();
    post.accept(
        new Msg.Answered(
            id,
            Incoming.clean(
                client.send(
                    send.command(),
                    SEND_BUDGET,
                    progress -> post.accept(new Msg.Waiting(id, Incoming.clean(progress)))))));
  }

  private void poll() {
    try {
      post.accept(new Msg.Polled(Incoming.clean(client.survey(POLL_PATIENCE))));
    } finally {
      polling.set(false);
    }
  }

  @Override
  public void close() {
    stream.close();
    threads.shutdownNow();
    outbox.ifPresent(OutboxFolder::close);
  }
}
