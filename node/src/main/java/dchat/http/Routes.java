package dchat.http;

import static java.util.stream.Collectors.joining;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import dchat.chat.ChatStorageException;
import dchat.chat.ChatView;
import dchat.raft.RaftStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path is answered by what, and what all answers have in common. */
final class Routes extends AllDirectives {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  /** Those that aren't among {@link PeopleResources}. */
  private static final List<String> OWN_PATHS =
      List.of(
          "/chat",
          "/messages",
          "/health",
          "/started",
          "/ready",
          "/live",
          "/metrics",
          "/leader",
          "/instances",
          "/v1/cluster",
          "/v1/events",
          "/v1/cluster/backup",
          "/v1/cluster/leader",
          "/v1/cluster/members/{id}");

  private final ActorSystem<?> system;
  private final Supplier<RaftStatus> status;
  private final Supplier<ChatView> view;
  private final ChatEndpoint chat;
  private final MessagesEndpoint messages;
  private final EventsEndpoint events;
  private final HealthEndpoints health;
  private final MetricsEndpoint metrics;
  private final RouteMeters meters;
  private final ClusterEndpoints cluster;
  private final AdminEndpoints admin;
  private final BackupEndpoint backup;
  private final AdminAccess adminAccess;
  private final RequestLimits limits;
  private final List<HttpHeader> securityHeaders;
  private final Access access;
  private final Resources people;

  Routes(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      ClusterBeat beat,
      BooleanSupplier stopping,
      boolean encrypted,
      Executor blocking) {
    this.system = system;
    status = inputs.status();
    view = inputs.chat();
    var freshness = new Freshness(system, settings, inputs);
    var proposals = new Proposals(system, settings, inputs);
    access = new Access(inputs, freshness, proposals);
    people = PeopleResources.all(system, settings, inputs, freshness, access, proposals, blocking);
    events = new EventsEndpoint(inputs, settings.events(), beat, access, blocking);
    chat = new ChatEndpoint(system, settings, inputs, freshness, access, proposals, blocking);
    messages = new MessagesEndpoint(inputs, freshness, blocking);
    cluster = new ClusterEndpoints(system, inputs, freshness);
    health = new HealthEndpoints(system, settings, inputs, stopping, blocking);
    metrics = new MetricsEndpoint(system, inputs, health, beat::listening);
    meters = new RouteMeters(inputs.meter(), paths());
    admin = new AdminEndpoints(system, settings, inputs);
    backup = new BackupEndpoint(inputs.backup(), freshness);
    var callers = new Callers(settings);
    adminAccess = new AdminAccess(settings, callers);
    limits = new RequestLimits(settings.limits(), callers, System::nanoTime);
    securityHeaders = new SecurityHeaders(encrypted).all();
  }

  /** Answers every request. The busiest one doesn't take the way through the tree of routes. */
  Function<HttpRequest, CompletionStage<HttpResponse>> handler() {
    Function<HttpRequest, CompletionStage<HttpResponse>> tree = all().handler(system);
    return request -> {
      long begun = System.nanoTime();
      Optional<Problem> tooMuch = limits.refusal(request);
      if (tooMuch.isPresent()) {
        return answer(request, unread -> refused(unread, tooMuch.get()))
            .thenApply(response -> meters.any(request, withNodeHeaders(response), begun));
      }
      return isCommand(request)
          ? answer(request, chat)
              .thenApply(response -> meters.command(withNodeHeaders(response), begun))
          : tree.apply(request).thenApply(response -> meters.any(request, response, begun));
    };
  }

  private static boolean isCommand(HttpRequest request) {
    return request.method().equals(HttpMethods.POST)
        && request.getUri().getPathString().equals("/chat");
  }

  /** Everything that is answered with more than that there is nothing. */
  private Set<String> paths() {
    Set<String> paths = new TreeSet<>(OWN_PATHS);
    paths.addAll(people.paths().keySet());
    return paths;
  }

  private Route all() {
    return mapResponse(
        this::withNodeHeaders,
        () ->
            concat(
                path("chat", () -> extractRequest(this::notACommand)),
                withRequestTimeoutResponse(this::timedOut, this::others)));
  }

  private Route others() {
    return concat(
        path("messages", () -> reading(forReaders(messages))),
        path("health", () -> reading(withoutParameters(health::health))),
        path("started", () -> reading(withoutParameters(health::started))),
        path("ready", () -> reading(withoutParameters(health::ready))),
        path("live", () -> reading(withoutParameters(health::live))),
        path("metrics", () -> reading(withoutParameters(metrics))),
        path("leader", () -> reading(forReaders(withoutParameters(cluster::leader)))),
        path("instances", () -> reading(forReaders(withoutParameters(cluster::instances)))),
        path(segment("v1").slash("cluster"), () -> reading(forReaders(cluster::cluster))),
        path(segment("v1").slash("events"), () -> reading(events)),
        pathPrefix(segment("v1").slash("cluster"), this::administration),
        extractRequest(
            request ->
                people
                    .find(request)
                    .map(endpoint -> answered(request, endpoint))
                    .orElseGet(
                        () ->
                            answered(
                                request,
                                Problem.of(
                                    ProblemType.NOT_FOUND, "There is nothing at this path.")))));
  }

  private Route administration() {
    return concat(
        path("leader", () -> changing(Map.of(HttpMethods.POST, admin::transferLeadership))),
        path("backup", () -> administrating(Map.of(HttpMethods.GET, backup))),
        path(
            segment("members").slash(segment()),
            id ->
                changing(
                    Map.of(
                        HttpMethods.PUT, request -> admin.addMember(request, id),
                        HttpMethods.DELETE, request -> admin.removeMember(request, id)))));
  }

  /** Any other method than POST. */
  private Route notACommand(HttpRequest request) {
    if (request.method().equals(HttpMethods.GET)) {
      return answered(
          request,
          Problem.of(
                  ProblemType.REDIRECTED_AS_GET,
                  "Send it as POST. Many clients turn a POST into a GET when they follow a redirect"
                      + " by themselves; then nothing was sent. Follow it by hand.")
              .with("Allow", "POST"));
    }
    return answered(request, notAllowed("POST"));
  }

  private Route reading(Endpoint endpoint) {
    return extractRequest(
        request -> {
          HttpMethod method = request.method();
          return method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD)
              ? answered(request, endpoint)
              : answered(request, notAllowed("GET, HEAD"));
        });
  }

  private Route changing(Map<HttpMethod, Endpoint> endpoints) {
    Map<HttpMethod, Endpoint> strict = new HashMap<>();
    endpoints.forEach((method, endpoint) -> strict.put(method, withoutParameters(endpoint)));
    return administrating(strict);
  }

  private Route administrating(Map<HttpMethod, Endpoint> endpoints) {
    return extractRequest(
        request -> {
          Endpoint endpoint = endpoints.get(request.method());
          if (endpoint == null) {
            String allowed =
                endpoints.keySet().stream().map(HttpMethod::name).sorted().collect(joining(", "));
            return answered(request, notAllowed(allowed));
          }
          return adminAccess
              .refusal(request)
              .map(refusal -> answered(request, refusal))
              .orElseGet(() -> answered(request, endpoint));
        });
  }

  /** For everybody, or for who is signed in where guests aren't allowed. */
  private Endpoint forReaders(Endpoint endpoint) {
    return request -> access.reader(request).thenCompose(reader -> endpoint.answer(request));
  }

  private static Endpoint withoutParameters(Endpoint endpoint) {
    return request -> {
      Parameters.of(request, Set.of());
      return endpoint.answer(request);
    };
  }

  private static Problem notAllowed(String allowed) {
    return Problem.of(ProblemType.METHOD_NOT_ALLOWED, "This path takes " + allowed + ".")
        .with("Allow", allowed);
  }

  private Route answered(HttpRequest request, Problem problem) {
    return answered(request, unread -> refused(unread, problem));
  }

  private CompletionStage<HttpResponse> refused(HttpRequest request, Problem problem) {
    return Bodies.skip(request, system).thenApply(skipped -> problem.response());
  }

  private Route answered(HttpRequest request, Endpoint endpoint) {
    return completeWithFuture(answer(request, endpoint));
  }

  private static CompletionStage<HttpResponse> answer(HttpRequest request, Endpoint endpoint) {
    CompletionStage<HttpResponse> answer;
    try {
      answer = endpoint.answer(request);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(request, e));
    }
    return answer.exceptionally(failure -> failed(request, failure));
  }

  private static HttpResponse failed(HttpRequest request, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    if (cause instanceof ProblemException expected) {
      return expected.problem().response();
    }
    if (cause instanceof ChatStorageException away) {
      LOG.warn("{} {} failed: {}", request.method().name(), path(request), away.getMessage());
      // Where the database is, is nobody's business. And it isn't "not-ready", which promises that
      // nothing was proposed.
      return Problem.of(ProblemType.UNAVAILABLE, "The chat can't be read at the moment.")
          .with("Retry-After", "1")
          .response();
    }
    // The body and query may be somebody's private words.
    LOG.error("{} {} failed", request.method().name(), path(request), cause);
    return Problem.of(ProblemType.INTERNAL, "See the log of this node.").response();
  }

  private static String path(HttpRequest request) {
    return request.getUri().path();
  }

  private HttpResponse timedOut(HttpRequest request) {
    return withNodeHeaders(
        Problem.of(ProblemType.UNAVAILABLE, "The node didn't answer in time.").response());
  }

  private HttpResponse withNodeHeaders(HttpResponse response) {
    RaftStatus now = status.get();
    List<HttpHeader> headers = new ArrayList<>(4 + securityHeaders.size());
    headers.add(RawHeader.create("X-DChat-Node", now.self().value()));
    now.leader()
        .ifPresent(leader -> headers.add(RawHeader.create("X-DChat-Leader", leader.id().value())));
    headers.add(RawHeader.create("X-DChat-Term", Long.toString(now.term())));
    // What a read here shows, which the status may learn of a moment later.
    headers.add(
        RawHeader.create("X-DChat-Applied-Index", Long.toString(view.get().appliedIndex())));
    headers.addAll(securityHeaders);
    return response.addHeaders(headers);
  }
}
