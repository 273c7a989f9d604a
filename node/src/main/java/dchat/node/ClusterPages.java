package dchat.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.http.AdminToken;
import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * The HTTP interface of nodes that run already, as far as joining and leaving them needs it. Never
 * fails: whatever comes, or doesn't, is an answer.
 */
final class ClusterPages implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** Longer than a node takes to answer at all: {@code dchat.http.propose-timeout}. */
  private static final Duration ANSWER = Duration.ofSeconds(8);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final Optional<AdminToken> adminToken;

  /**
   * @param trust whose certificates are trusted; empty for those that Java does
   * @param adminToken goes along with asking for changes
   */
  ClusterPages(Optional<SSLContext> trust, Optional<AdminToken> adminToken) {
    this.adminToken = adminToken;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    trust.ifPresent(builder::sslContext);
    http = builder.build();
  }

  /** What a node says of its cluster. */
  sealed interface View {

    /** As a majority knows it at this moment. */
    record Cluster(String name, JoinedCluster standing) implements View {}

    /** Nothing to go by, and why. */
    record Nothing(String reason) implements View {}
  }

  /** What became of asking for a change of the members. */
  sealed interface Answer {

    /** It is committed. */
    record Done() implements Answer {}

    /** Somebody else leads. */
    record Elsewhere(URI leader) implements Answer {}

    /** Not now; asking again is safe. */
    record NotNow(String reason) implements Answer {}

    /** Only an operator may do that. */
    record NotAllowed(String reason) implements Answer {}

    /** It can't be, and asking again won't help. */
    record Refused(String reason) implements Answer {}
  }

  /** Asks {@code node} for its cluster, members and progress, sure of a majority. */
  CompletableFuture<View> look(URI node) {
    HttpRequest request =
        HttpRequest.newBuilder(node.resolve("/v1/cluster?consistency=linearizable"))
            .timeout(ANSWER)
            .build();
    return http.sendAsync(request, BodyHandlers.ofString())
        .handle((answer, failure) -> failure == null ? view(answer) : nothing(failure));
  }

  /**
   * Asks {@code node} to make a member of this one.
   *
   * @param withoutData whether it has no entry in its log
   */
  CompletableFuture<Answer> ask(URI node, Member self, boolean withoutData) {
    ObjectNode body = JSON.createObjectNode();
    body.put("raft", self.raftAddress());
    self.clientUrl().ifPresent(url -> body.put("http", url));
    body.put("withoutData", withoutData);
    return change(
        HttpRequest.newBuilder(node.resolve("/v1/cluster/members/" + self.id()))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  /** Asks {@code node} to remove the member {@code id}, with or without its help. */
  CompletableFuture<Answer> remove(URI node, NodeId id) {
    return change(HttpRequest.newBuilder(node.resolve("/v1/cluster/members/" + id)).DELETE());
  }

  private CompletableFuture<Answer> change(HttpRequest.Builder request) {
    adminToken.ifPresent(token -> request.header("Authorization", "Bearer " + token.text()));
    return http.sendAsync(request.timeout(ANSWER).build(), BodyHandlers.ofString())
        .handle(
            (answer, failure) ->
                failure == null ? answer(answer) : new Answer.NotNow(reason(failure)));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private static View view(HttpResponse<String> answer) {
    Optional<JsonNode> body = json(answer.body());
    if (answer.statusCode() != 200 || body.isEmpty() || !body.get().path("members").isArray()) {
      return new View.Nothing(describe(answer, body));
    }
    try {
      JsonNode page = body.get();
      List<Member> members = new ArrayList<>();
      page.path("members").forEach(member -> members.add(member(member)));
      return new View.Cluster(
          page.path("cluster").asText(),
          new JoinedCluster(
              new JoinPoint(page.path("term").asLong(-1), page.path("commitIndex").asLong(-1)),
              members));
    } catch (IllegalArgumentException e) {
      return new View.Nothing("answers what no node would: " + e.getMessage());
    }
  }

  private static View nothing(Throwable failure) {
    return new View.Nothing(reason(failure));
  }

  private static Member member(JsonNode json) {
    return new Member(
        new NodeId(json.path("id").asText()),
        HostPort.parse(json.path("raft").asText()).toString(),
        Optional.of(json.path("http")).filter(JsonNode::isTextual).map(JsonNode::asText),
        Member.Suffrage.valueOf(json.path("suffrage").asText().toUpperCase(Locale.ROOT)));
  }

  private static Answer answer(HttpResponse<String> answer) {
    Optional<JsonNode> body = json(answer.body());
    String what = describe(answer, body);
    String code = body.map(problem -> problem.path("code").asText()).orElse("");
    return switch (answer.statusCode()) {
      case 200, 201 -> new Answer.Done();
      case 302, 307 ->
          answer
              .headers()
              .firstValue("Location")
              .flatMap(ClusterPages::origin)
              // What was begun encrypted, with a token in it, goes on so.
              .filter(
                  leader ->
                      leader.getScheme().equals("https") || answer.uri().getScheme().equals("http"))
              .<Answer>map(Answer.Elsewhere::new)
              .orElseGet(() -> new Answer.NotNow("knows no leader at the moment"));
      case 401, 403 -> new Answer.NotAllowed(what);
      case 400, 413, 422 -> new Answer.Refused(what);
      case 409 ->
          code.equals("change-under-way") ? new Answer.NotNow(what) : new Answer.Refused(what);
      default -> new Answer.NotNow(what);
    };
  }

  private static Optional<URI> origin(String location) {
    try {
      URI uri = URI.create(location);
      return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())
          ? Optional.of(URI.create(uri.getScheme() + "://" + uri.getAuthority()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String describe(HttpResponse<String> answer, Optional<JsonNode> body) {
    return body.map(problem -> problem.path("detail").asText())
        .filter(detail -> !detail.isEmpty())
        .map(detail -> "says: " + detail)
        .orElseGet(() -> "answers " + answer.statusCode() + ", as no node of DChat would");
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case HttpTimeoutException silent -> "doesn't answer";
      case SSLException untrusted -> untrusted(untrusted);
      case ConnectException refused -> "can't be reached";
      case IOException broken -> "broke the connection off";
      default -> cause.toString();
    };
  }

  private static String untrusted(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException why) {
        return "can't be trusted: " + why.getMessage();
      }
    }
    return "doesn't speak TLS as it should: " + failure.getMessage();
  }
}
