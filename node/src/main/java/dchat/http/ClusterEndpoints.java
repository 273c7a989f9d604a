package dchat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftActor.ClusterView;
import dchat.raft.RaftActor.PeerProgress;
import dchat.raft.RaftStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** How this node and its cluster are: for clients, scripts and the person on call. */
final class ClusterEndpoints {
  private static final Duration VIEW_TIMEOUT = Duration.ofSeconds(1);
  private static final long REACHABLE_WITHIN_MILLIS = 1_000;

  private final ActorSystem<?> system;
  private final HttpInputs inputs;
  private final Freshness freshness;

  ClusterEndpoints(ActorSystem<?> system, HttpInputs inputs, Freshness freshness) {
    this.system = system;
    this.inputs = inputs;
    this.freshness = freshness;
  }

  /** {@code GET /leader}. */
  CompletionStage<HttpResponse> leader(HttpRequest request) {
    return done(json(Json.object().put("leader", leaderId(inputs.status().get()))));
  }

  /** {@code GET /instances}: the members without their progress. */
  CompletionStage<HttpResponse> instances(HttpRequest request) {
    RaftStatus status = inputs.status().get();
    var body = Json.object();
    ArrayNode nodes = body.putArray("nodes");
    status.membership().members().forEach(member -> nodes.add(member(member, status)));
    return done(json(body));
  }

  /** {@code GET /v1/cluster}; linearizable, its members are those that a majority knows now. */
  CompletionStage<HttpResponse> cluster(HttpRequest request) {
    Parameters parameters = Parameters.of(request, Set.of(Freshness.CONSISTENCY));
    return freshness.awaitAsked(request, parameters).thenCompose(fresh -> view());
  }

  private CompletionStage<HttpResponse> view() {
    return AskPattern.<RaftActor.Command, ClusterView>ask(
            inputs.raft(), RaftActor.GetClusterView::new, VIEW_TIMEOUT, system.scheduler())
        .handle((view, failure) -> json(failure == null ? describe(view) : describeSilence()));
  }

  /** When the node is in trouble is when this page is read. */
  private ObjectNode describeSilence() {
    RaftStatus status = inputs.status().get();
    ObjectNode body = describe(new ClusterView(status, List.of()));
    if (trouble(status).isEmpty()) {
      body.put("trouble", "consensus didn't answer for " + VIEW_TIMEOUT.toMillis() + " ms");
    }
    return body;
  }

  private ObjectNode describe(ClusterView view) {
    RaftStatus status = view.status();
    var body = Json.object();
    body.put("cluster", inputs.clusterName());
    body.put("node", status.self().value());
    body.put("role", status.role().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    body.put("leader", leaderId(status));
    body.put("term", status.term());
    body.put("commitIndex", status.commitIndex());
    body.put("appliedIndex", status.appliedIndex());
    body.put("lastLogIndex", status.lastLogIndex());
    body.put("trouble", trouble(status).orElse(null));
    ArrayNode members = body.putArray("members");
    for (Member member : status.membership().members()) {
      ObjectNode described = member(member, status);
      putProgress(described, member, view);
      members.add(described);
    }
    return body;
  }

  private Optional<String> trouble(RaftStatus status) {
    return inputs.exclusion().get().or(status::trouble);
  }

  /** One member, without its progress. */
  static ObjectNode member(Member member, RaftStatus status) {
    return Json.object()
        .put("id", member.id().value())
        .put("suffrage", member.suffrage().name().toLowerCase(Locale.ROOT))
        .put("raft", member.raftAddress())
        .put("http", member.clientUrl().orElse(null))
        .put("leader", status.leader().map(Member::id).equals(Optional.of(member.id())));
  }

  /** Only a leader knows how far the others are. */
  private static void putProgress(ObjectNode body, Member member, ClusterView view) {
    RaftStatus status = view.status();
    Optional<PeerProgress> peer = progress(view, member.id());
    if (status.isLeader() && member.id().equals(status.self())) {
      put(body, status.lastLogIndex(), 0L, Optional.of(0L), true);
    } else if (status.isLeader() && peer.isPresent()) {
      Optional<Long> contact = peer.get().lastContactMillis();
      put(
          body,
          peer.get().matchIndex(),
          Math.max(0, status.lastLogIndex() - peer.get().matchIndex()),
          contact,
          contact.filter(millis -> millis <= REACHABLE_WITHIN_MILLIS).isPresent());
    } else {
      put(body, null, null, Optional.empty(), null);
    }
  }

  private static Optional<PeerProgress> progress(ClusterView view, NodeId id) {
    return view.peers().stream().filter(peer -> peer.id().equals(id)).findFirst();
  }

  private static void put(
      ObjectNode body, Long matchIndex, Long lag, Optional<Long> contactMillis, Boolean reachable) {
    body.put("matchIndex", matchIndex);
    body.put("lag", lag);
    body.put("lastContactMs", contactMillis.orElse(null));
    body.put("reachable", reachable);
  }

  private static String leaderId(RaftStatus status) {
    return status.leader().map(leader -> leader.id().value()).orElse(null);
  }

  private static HttpResponse json(ObjectNode body) {
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
