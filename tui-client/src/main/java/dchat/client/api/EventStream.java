package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The committed events of the cluster, in order, each exactly once, from whichever node serves
 * them. When a node goes silent or away the stream resumes on another after the last event seen.
 * With a session it is one person's, and ends with the session, until it is begun anew. The
 * listener is called from the stream's own thread, one event at a time.
 */
public final class EventStream implements AutoCloseable {
  /**
   * @param patience for the beginning of an answer
   * @param longestSilence nodes send something every ten seconds; longer silence is a dead link
   * @param stableAfter a connection that lasted this long makes the next pause short again
   */
  record Settings(
      Duration patience,
      Duration longestSilence,
      Duration stableAfter,
      Duration firstPause,
      Duration longestPause) {

    static Settings standard() {
      return new Settings(
          Duration.ofSeconds(3),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(5));
    }
  }

  private static final long NOTHING = -1;

  private final ClusterClient cluster;
  private final Addresses addresses;
  private final Settings settings;
  private final Consumer<StreamEvent> listener;
  private final Backoff backoff;
  private final Thread thread;
  private final Semaphore wakeUps = new Semaphore(0);
  private final AtomicReference<Optional<StreamBody>> open =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<URI>> wanted = new AtomicReference<>(Optional.empty());
  private volatile boolean closed;
  private volatile boolean startsOver;
  private Optional<Session> reader = Optional.empty();
  private long lastSeen;

  EventStream(
      ClusterClient cluster,
      Addresses addresses,
      Settings settings,
      OptionalLong after,
      Consumer<StreamEvent> listener) {
    this.cluster = cluster;
    this.addresses = addresses;
    this.settings = settings;
    this.lastSeen = after.orElse(NOTHING);
    this.listener = listener;
    this.backoff =
        new Backoff(settings.firstPause(), settings.longestPause(), RandomGenerator.getDefault());
    this.thread = Thread.ofVirtual().name("events").start(this::run);
  }

  /** Leaves the node the stream comes from, or the pause it waits in, and tries the next node. */
  public void reconnect() {
    wakeUps.release();
    open.get().ifPresent(StreamBody::close);
  }

  /** The same, but tries {@code node} next. */
  public void reconnect(URI node) {
    wanted.set(Optional.of(node));
    reconnect();
  }

  /** Begins anew with a snapshot, for whoever holds the session now. */
  public void startOver() {
    startsOver = true;
    reconnect();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    Deque<URI> round = new ArrayDeque<>(addresses.all());
    List<StreamEvent.Failure> failures = new ArrayList<>();
    try {
      while (!closed) {
        if (round.isEmpty()) {
          pause(failures);
          failures.clear();
          round.addAll(addresses.all());
        }
        URI node = wanted.getAndSet(Optional.empty()).orElseGet(round::poll);
        listener.accept(new StreamEvent.Connecting(node));
        wakeUps.drainPermits();
        if (startsOver) {
          startsOver = false;
          lastSeen = NOTHING;
        }
        long began = System.nanoTime();
        String reason;
        try {
          reason = follow(node);
        } catch (SessionOverException e) {
          listener.accept(new StreamEvent.SessionOver(reader, e.code, e.detail));
          wakeUps.acquire();
          round.addFirst(node);
          continue;
        }
        if (System.nanoTime() - began > settings.stableAfter().toNanos()) {
          backoff.reset();
          failures.clear();
          round.clear();
          round.addAll(addresses.after(node));
        }
        failures.add(new StreamEvent.Failure(node, reason));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause(List<StreamEvent.Failure> failures) throws InterruptedException {
    Duration pause = backoff.next();
    listener.accept(new StreamEvent.Offline(failures, pause));
    wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads from {@code node} until that ends, and returns why it did. */
  private String follow(URI node) throws InterruptedException {
    try (StreamBody body = new StreamBody()) {
      open.set(Optional.of(body));
      connect(node).subscribe(body);
      listener.accept(new StreamEvent.Live(node));
      // Its members are where the stream goes when this node dies.
      cluster.refresh(node);
      SseParser parser = new SseParser(this::onFrame);
      while (true) {
        for (ByteBuffer bytes : body.next(settings.longestSilence())) {
          parser.feed(bytes);
        }
      }
    } catch (ResyncException e) {
      lastSeen = NOTHING;
      listener.accept(new StreamEvent.Resync());
      return "resync";
    } catch (IOException e) {
      return Failures.describe(e);
    } finally {
      open.set(Optional.empty());
    }
  }

  /** What a node makes of the wish for a stream. */
  private sealed interface Opening {
    record Stream(Flow.Publisher<List<ByteBuffer>> body) implements Opening {}

    record Refusal(String body) implements Opening {}
  }

  private Flow.Publisher<List<ByteBuffer>> connect(URI node)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve("/v1/events")).header("Accept", "text/event-stream");
    reader = cluster.session();
    reader.ifPresent(s -> request.header("Authorization", s.authorization()));
    if (lastSeen != NOTHING) {
      request.header("Last-Event-ID", Long.toString(lastSeen));
    }
    // A timeout of the request itself could end the stream, not only the wait for its beginning.
    CompletableFuture<HttpResponse<Opening>> answer =
        cluster.http().sendAsync(request.build(), EventStream::opening);
    try {
      HttpResponse<Opening> response =
          answer.get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
      return switch (response.body()) {
        case Opening.Stream(Flow.Publisher<List<ByteBuffer>> body) -> body;
        case Opening.Refusal(String body) -> throw refused(response.statusCode(), body);
      };
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("timeout");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private static HttpResponse.BodySubscriber<Opening> opening(HttpResponse.ResponseInfo info) {
    return info.statusCode() == 200
        ? BodySubscribers.mapping(BodySubscribers.ofPublisher(), Opening.Stream::new)
        : BodySubscribers.mapping(
            BodySubscribers.ofString(StandardCharsets.UTF_8), Opening.Refusal::new);
  }

  private static IOException refused(int status, String body) {
    JsonNode problem = Json.tree(body).orElseGet(Json::nothing);
    Optional<String> code = Json.optional(problem, "code");
    if (status == 401 && code.isPresent()) {
      throw new SessionOverException(code.get(), Json.text(problem, "detail"));
    }
    return new IOException("answered " + status);
  }

  private void onFrame(SseParser.Frame frame) {
    JsonNode data = Json.tree(frame.data()).orElseGet(Json::nothing);
    switch (frame.event()) {
      case "snapshot" -> onSnapshot(Json.snapshot(data));
      case "cluster" -> {
        List<URI> nodes = Json.nodes(data);
        if (!nodes.isEmpty()) {
          addresses.learn(nodes);
        }
        listener.accept(Json.heartbeat(data));
      }
      case "resync" -> throw new ResyncException();
      case "session-ended" ->
          throw new SessionOverException(Json.text(data, "code"), Json.text(data, "detail"));
      case "dm", "dm_delete", "read" -> onPersonal(frame, data);
      default ->
          Json.event(data)
              .ifPresentOrElse(
                  event -> onEvent(event.index(), new StreamEvent.Happened(event)),
                  () -> onUnknown(frame.id()));
    }
  }

  private void onPersonal(SseParser.Frame frame, JsonNode data) {
    Optional<StreamEvent> event =
        switch (frame.event()) {
          case "dm" -> Json.direct(data).map(StreamEvent.Direct::new);
          case "dm_delete" ->
              Optional.of(
                  new StreamEvent.DirectTakenBack(
                      Json.text(data, "from"), Json.text(data, "to"), Json.text(data, "message")));
          default -> Optional.of(Json.read(data));
        };
    long index = data.path("index").asLong(NOTHING);
    event.ifPresentOrElse(e -> onEvent(index, e), () -> onUnknown(frame.id()));
  }

  private void onSnapshot(StreamEvent.Snapshot snapshot) {
    lastSeen = Math.max(lastSeen, snapshot.cursor());
    listener.accept(snapshot);
  }

  private void onEvent(long index, StreamEvent event) {
    if (index > lastSeen) {
      lastSeen = index;
      listener.accept(event);
    }
  }

  /** An event of a later version: nothing to show, but nothing to ask for again either. */
  private void onUnknown(String id) {
    if (id.matches("\\d{1,18}")) {
      lastSeen = Math.max(lastSeen, Long.parseLong(id));
    }
  }

  /** Leaves the reading loop from within a frame. */
  private static final class ResyncException extends RuntimeException {
    ResyncException() {
      super(null, null, false, false);
    }
  }

  /** Likewise. */
  private static final class SessionOverException extends RuntimeException {
    private final String code;
    private final String detail;

    SessionOverException(String code, String detail) {
      super(null, null, false, false);
      this.code = code;
      this.detail = detail;
    }
  }
}
