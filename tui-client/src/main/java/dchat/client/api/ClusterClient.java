package dchat.client.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A cluster as seen from outside: sends commands to whichever node leads, and reads from whichever
 * answers. Redirects are followed here, never by the HTTP client, which would turn a POST into a
 * GET. Safe for use by many threads; calls block, and end early with an interrupt.
 */
public final class ClusterClient implements AutoCloseable {
  /**
   * How to reach a cluster, and how patiently.
   *
   * @param seeds configured nodes, tried in this order; at least one
   * @param publicAddress where redirects may lead besides to members: the balancer's address
   * @param connectTimeout for one connection
   * @param attemptTimeout for one node's answer; after that the outcome of the try is unknown
   * @param maxHops redirects followed in a row
   * @param firstPause before the first retry; doubles from then on
   * @param longestPause between two tries
   * @param trust whose certificates are trusted; empty for those that Java knows
   * @param adminToken goes along with changes to the cluster and with asking for a backup
   */
  public record Settings(
      List<URI> seeds,
      Optional<URI> publicAddress,
      Duration connectTimeout,
      Duration attemptTimeout,
      int maxHops,
      Duration firstPause,
      Duration longestPause,
      Optional<SSLContext> trust,
      Optional<String> adminToken) {

    public Settings {
      seeds = List.copyOf(seeds);
    }

    public static Settings of(List<URI> seeds) {
      // The first handshake of a JVM that has just begun takes a second on a busy machine.
      boolean encrypted = seeds.stream().anyMatch(seed -> seed.getScheme().equals("https"));
      return new Settings(
          seeds,
          Optional.empty(),
          Duration.ofSeconds(encrypted ? 3 : 1),
          Duration.ofSeconds(encrypted ? 4 : 2),
          5,
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Optional.empty(),
          Optional.empty());
    }

    public Settings withPublicAddress(Optional<URI> address) {
      return new Settings(
          seeds,
          address,
          connectTimeout,
          attemptTimeout,
          maxHops,
          firstPause,
          longestPause,
          trust,
          adminToken);
    }

    public Settings withTrust(Optional<SSLContext> context) {
      return new Settings(
          seeds,
          publicAddress,
          connectTimeout,
          attemptTimeout,
          maxHops,
          firstPause,
          longestPause,
          context,
          adminToken);
    }

    public Settings withAdminToken(Optional<String> token) {
      return new Settings(
          seeds,
          publicAddress,
          connectTimeout,
          attemptTimeout,
          maxHops,
          firstPause,
          longestPause,
          trust,
          token);
    }

    /** The token isn't for anybody's eyes. */
    @Override
    public String toString() {
      return "Settings" + seeds;
    }
  }

  private final Settings settings;
  private final Addresses addresses;
  private final AtomicReference<Optional<Session>> session =
      new AtomicReference<>(Optional.empty());
  private Optional<HttpClient> http = Optional.empty();

  public ClusterClient(Settings settings) {
    this.settings = settings;
    this.addresses = new Addresses(settings.seeds(), settings.publicAddress());
  }

  /** Made when it is first needed: that takes a while, which a first screen needn't wait for. */
  synchronized HttpClient http() {
    if (http.isEmpty()) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(settings.connectTimeout());
      settings.trust().ifPresent(builder::sslContext);
      http = Optional.of(builder.build());
    }
    return http.get();
  }

  /**
   * The address a user may write: {@code host}, {@code host:port} or an http(s) URL. Empty when it
   * is none of these.
   */
  public static Optional<URI> parseAddress(String text) {
    return parseAddress(text, "http");
  }

  /**
   * The same.
   *
   * @param scheme http or https, where the text has none
   */
  public static Optional<URI> parseAddress(String text, String scheme) {
    String stripped = text.strip();
    return Addresses.parse(stripped.contains("://") ? stripped : scheme + "://" + stripped)
        .map(Addresses::origin);
  }

  /** From now on this client acts for whoever holds the session, or for nobody in particular. */
  public void use(Optional<Session> next) {
    session.set(next);
  }

  /** The session this client acts for. */
  public Optional<Session> session() {
    return session.get();
  }

  /** Accounts, with {@code budget} for each request. */
  public Accounts accounts(Duration budget) {
    return new Accounts(this, budget);
  }

  public Library library() {
    return new Library(
        new AnyNode(http(), settings.attemptTimeout(), addresses::all), session::get);
  }

  /**
   * Sends one command until its outcome is certain or {@code budget} is spent. Every try carries
   * the command's own id, so however often this is called the command happens at most once. The
   * session goes with it if it is its user's.
   */
  public Outcome send(Command command, Duration budget, Consumer<Progress> progress) {
    return send(command, session().filter(s -> s.name().equals(command.user())), budget, progress);
  }

  /** The same for whoever holds that session, or for a guest. */
  public Outcome send(
      Command command, Optional<Session> speaker, Duration budget, Consumer<Progress> progress) {
    ToLeader request = CommandRequest.of(command, settings.attemptTimeout());
    return deliver(request.as(speaker), budget, progress).outcome();
  }

  /**
   * Says that whoever holds the session has read up to an entry, in a room or with a person. Done
   * on every device when this is committed.
   */
  public Outcome markRead(boolean direct, String name, long index) {
    String path = (direct ? "/v1/dms/" : "/v1/rooms/") + name + "/read-marker";
    ToLeader request =
        ToLeader.of("PUT", path, settings.attemptTimeout()).body(Json.index(index)).as(session());
    return deliver(request, settings.attemptTimeout(), progress -> {}).outcome();
  }

  /**
   * Asks for a change to the cluster itself until its outcome is certain or {@code budget} is
   * spent: follows the leader, waits for elections and for other changes to end.
   */
  public ChangeOutcome change(ClusterChange change, Duration budget, Consumer<Progress> progress) {
    return ChangeRequest.outcome(
        deliver(ChangeRequest.of(change).withAdminToken(settings.adminToken()), budget, progress));
  }

  Delivered deliver(ToLeader request, Duration budget, Consumer<Progress> progress) {
    return new Delivery(http(), this, settings, addresses, request, budget, progress).run();
  }

  /**
   * Fetches the whole chat from {@code node} into {@code file}.
   *
   * @param fresh whether everything acknowledged before has to be in it, which takes a majority
   * @param progress is told how many bytes have come so far
   */
  public BackupOutcome backup(URI node, boolean fresh, FileChannel file, LongConsumer progress)
      throws InterruptedException {
    return new BackupRequest(http(), settings.adminToken()).run(node, fresh, file, progress);
  }

  /** Asks every known node how the cluster is, all at once, and waits that long for answers. */
  public Survey survey(Duration patience) {
    List<CompletableFuture<Optional<Survey.Reply>>> asked =
        addresses.all().stream().map(node -> ask(node, patience)).toList();
    Survey survey = new Survey(asked.stream().flatMap(answer -> answer.join().stream()).toList());
    // Of several views the best: a node that is behind, or was removed, tells of yesterday.
    survey.best().ifPresent(reply -> addresses.learn(reply.status()));
    return survey;
  }

  /** What {@code node} says about the cluster; empty when it doesn't answer. */
  public Optional<Survey.Reply> refresh(URI node) {
    CompletableFuture<Optional<Survey.Reply>> answer = ask(node, settings.attemptTimeout());
    try {
      Optional<Survey.Reply> reply = answer.get();
      reply.ifPresent(r -> addresses.learn(r.status()));
      return reply;
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private CompletableFuture<Optional<Survey.Reply>> ask(URI node, Duration patience) {
    long asked = System.nanoTime();
    HttpRequest request = get(node, "/v1/cluster").timeout(patience).build();
    return http()
        .sendAsync(request, BodyHandlers.ofString())
        .thenApply(
            response -> understand(node, response, Duration.ofNanos(System.nanoTime() - asked)))
        .exceptionally(failure -> Optional.empty());
  }

  private static Optional<Survey.Reply> understand(
      URI node, HttpResponse<String> response, Duration took) {
    return Optional.of(response)
        .filter(r -> r.statusCode() == 200)
        .flatMap(r -> Json.tree(r.body()))
        .filter(tree -> tree.path("members").isArray())
        .map(tree -> new Survey.Reply(node, Json.status(tree), took));
  }

  /** Why no known node answers, each in a few words. */
  public String reasons() {
    return addresses.all().stream()
        .map(node -> Failures.show(node) + " " + reason(node))
        .collect(Collectors.joining(", "));
  }

  private String reason(URI node) {
    try {
      return "answered "
          + http().send(get(node, "/v1/cluster").build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return Failures.describe(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "wasn't asked";
    }
  }

  /** True when {@code node} says it can serve: a leader is known and it isn't far behind. */
  public boolean isReady(URI node) {
    try {
      return http().send(get(node, "/ready").build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Hands every committed event after {@code after} to {@code each}, in the order of the log, as
   * {@code node} knows it.
   *
   * @throws IOException when the node doesn't answer, or its answer breaks off
   */
  public void messages(URI node, long after, Consumer<ChatEvent> each)
      throws IOException, InterruptedException {
    HttpRequest request = get(node, "/messages?after=" + after).build();
    HttpResponse<InputStream> response;
    try {
      response = http().send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new IOException(Failures.show(node) + " " + Failures.describe(e), e);
    }
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException(Failures.show(node) + " answered " + response.statusCode());
      }
      Json.events(body, each);
    }
  }

  /**
   * The events of the chat as they happen, from any node.
   *
   * @param after the index of the last event already known; without it a snapshot comes first
   */
  public EventStream events(OptionalLong after, Consumer<StreamEvent> listener) {
    return new EventStream(this, addresses, EventStream.Settings.standard(), after, listener);
  }

  /** Every node known now, the configured ones first. */
  public List<URI> nodes() {
    return addresses.all();
  }

  /** An event as the nodes write it, in one line. */
  public static String toJson(ChatEvent event) {
    return Json.write(event);
  }

  @Override
  public synchronized void close() {
    http.ifPresent(HttpClient::shutdownNow);
  }

  private HttpRequest.Builder get(URI node, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path)).timeout(settings.attemptTimeout()).GET();
    // Clusters without guests tell nobody else how they are.
    session().ifPresent(s -> request.header("Authorization", s.authorization()));
    return request;
  }
}
