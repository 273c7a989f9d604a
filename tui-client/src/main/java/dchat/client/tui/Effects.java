package dchat.client.tui;

import dchat.client.api.ClusterClient;
import dchat.client.api.EventStream;
import java.time.Duration;
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
  private final Host host;
  private final Consumer<Msg> post;
  private final EventStream stream;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean polling = new AtomicBoolean();

  Effects(ClusterClient client, NameFile names, Host host, Consumer<Msg> post) {
    this.client = client;
    this.names = names;
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
      case Cmd.Reconnect r -> stream.reconnect();
      case Cmd.Remember(String name) -> threads.execute(() -> names.write(name));
      case Cmd.Extra extra -> threads.execute(() -> host.run(extra));
      case Cmd.Bell b -> {}
      case Cmd.Redraw r -> {}
      case Cmd.Quit q -> {}
    }
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
  }
}
