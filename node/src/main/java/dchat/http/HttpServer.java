package dchat.http;

import dchat.chat.ChatQueries;
import dchat.chat.EventFeed;
import dchat.tls.Credentials;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.util.ByteString;
import scala.concurrent.duration.FiniteDuration;

/** The node's HTTP interface: listens, and stops without cutting off what is being answered. */
public final class HttpServer {
  /** Beyond what a command may take, so that its own answer comes first. */
  private static final Duration REQUEST_TIMEOUT_MARGIN = Duration.ofSeconds(5);

  private final ServerBinding binding;
  private final ClusterBeat beat;
  private final AtomicBoolean stopping;

  private HttpServer(ServerBinding binding, ClusterBeat beat, AtomicBoolean stopping) {
    this.binding = binding;
    this.beat = beat;
    this.stopping = stopping;
  }

  /** The feed that event streams read; to be made the listener of the state machine. */
  public static EventFeed<ByteString> feed(
      ActorSystem<?> system, HttpSettings settings, ChatQueries queries) {
    return new EventFeed<>(queries, blocking(system), settings.events().feed(), EventFrames::event);
  }

  /**
   * Begins to listen.
   *
   * @param tls keys for HTTPS; empty for plain HTTP
   * @return fails with a {@link CannotListenException} if the address is taken or not this
   *     machine's
   */
  public static CompletionStage<HttpServer> start(
      ActorSystem<?> system, HttpSettings settings, HttpInputs inputs, Optional<Credentials> tls) {
    var beat = new ClusterBeat(system, inputs.status(), settings.events().heartbeatInterval());
    var stopping = new AtomicBoolean();
    var routes =
        new Routes(
            system, settings, inputs, beat, stopping::get, tls.isPresent(), blocking(system));
    ServerBuilder server = Http.get(system).newServerAt(settings.host(), settings.port());
    return tls.map(keys -> server.enableHttps(ConnectionContext.httpsServer(keys::serverEngine)))
        .orElse(server)
        .adaptSettings(defaults -> adapted(defaults, settings))
        .bind(routes.handler())
        .handle(
            (binding, failure) -> {
              if (failure != null) {
                beat.close();
                throw new CannotListenException(settings.host(), settings.port(), failure);
              }
              return new HttpServer(binding, beat, stopping);
            });
  }

  private static ServerSettings adapted(ServerSettings server, HttpSettings settings) {
    Duration requestTimeout =
        settings
            .bodyTimeout()
            .plus(settings.readTimeout().multipliedBy(2))
            .plus(settings.proposeTimeout())
            .plus(REQUEST_TIMEOUT_MARGIN);
    return server
        .withMaxConnections(settings.maxConnections())
        .withServerHeader(Optional.empty())
        .withRemoteAddressAttribute(true)
        .withTimeouts(
            server
                .getTimeouts()
                .withRequestTimeout(FiniteDuration.fromNanos(requestTimeout.toNanos())));
  }

  private static Executor blocking(ActorSystem<?> system) {
    return system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** Where it listens, with the port that was chosen if none was asked for. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** From now on {@code /ready} says that the node stops; everything is still answered. */
  public void drain() {
    stopping.set(true);
  }

  /**
   * Accepts no more connections, ends event streams and waits for what is being answered.
   *
   * @param deadline after which connections are cut
   */
  public CompletionStage<Done> stop(Duration deadline) {
    // Terminating cuts off an answer whose beginning has been sent, so streams have to end first.
    return binding
        .unbind()
        .thenCompose(
            unbound ->
                beat.close()
                    .completeOnTimeout(
                        Done.getInstance(), deadline.toMillis() / 2, TimeUnit.MILLISECONDS))
        .thenRunAsync(() -> {}, afterLastBytes())
        .thenCompose(ended -> binding.terminate(deadline.dividedBy(2)))
        .thenApply(terminated -> Done.getInstance());
  }

  /** The end of a stream takes a moment on its way through the connection. */
  private static Executor afterLastBytes() {
    return CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
  }
}
