package dchat.client.tui;

import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterClient.StatusReply;
import dchat.client.api.EventStream;
import java.net.URI;
import java.time.Duration;
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

  private final ClusterClient client;
  private final NameFile names;
  private final Consumer<Cmd.Extra> extras;
  private final Consumer<Msg> post;
  private final EventStream stream;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean polling = new AtomicBoolean();

  Effects(ClusterClient client, NameFile names, Consumer<Cmd.Extra> extras, Consumer<Msg> post) {
    this.client = client;
    this.names = names;
    this.extras = extras;
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
      case Cmd.Extra extra -> threads.execute(() -> extras.accept(extra));
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
      post.accept(new Msg.Polled(bestStatus().map(Incoming::clean)));
    } finally {
      polling.set(false);
    }
  }

  /** What a node says that knows a leader, or else what any node says. */
  private Optional<StatusReply> bestStatus() {
    Optional<StatusReply> any = Optional.empty();
    for (URI node : client.nodes()) {
      Optional<StatusReply> reply = client.refresh(node);
      if (reply.isPresent() && reply.get().status().leader().isPresent()) {
        return reply;
      }
      any = any.or(() -> reply);
    }
    return any;
  }

  @Override
  public void close() {
    stream.close();
    threads.shutdownNow();
  }
}
