package dchat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Changes to the cluster itself: its members and its leader. All of them are safe to repeat. Only
 * the leader makes them; another node redirects, whatever the request prefers, for an operator has
 * to reach every node anyway.
 */
final class AdminEndpoints {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Redirects redirects;

  AdminEndpoints(ActorSystem<?> system, HttpSettings settings, HttpInputs inputs) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    redirects = new Redirects(settings);
  }

  /** {@code PUT /v1/cluster/members/{id}}. */
  CompletionStage<HttpResponse> addMember(HttpRequest request, String memberId) {
    NodeId id = AdminReader.memberId("id", memberId);
    return Bodies.read(request, settings, system)
        .thenApply(AdminReader::newMember)
        .thenCompose(
            wanted ->
                ask(
                    "/v1/cluster/members/" + id,
                    replyTo ->
                        new RaftActor.AddMember(
                            id, wanted.raft(), wanted.http(), wanted.withoutData(), replyTo)));
  }

  /** {@code DELETE /v1/cluster/members/{id}}. */
  CompletionStage<HttpResponse> removeMember(HttpRequest request, String memberId) {
    NodeId id = AdminReader.memberId("id", memberId);
    return Bodies.skip(request, system)
        .thenCompose(
            skipped ->
                ask(
                    "/v1/cluster/members/" + id,
                    replyTo -> new RaftActor.RemoveMember(id, replyTo)));
  }

  /** {@code POST /v1/cluster/leader}. */
  CompletionStage<HttpResponse> transferLeadership(HttpRequest request) {
    return Bodies.read(request, settings, system)
        .thenApply(AdminReader::heir)
        .thenCompose(
            heir ->
                ask(
                    "/v1/cluster/leader",
                    replyTo -> new RaftActor.TransferLeadership(heir, replyTo)));
  }

  private CompletionStage<HttpResponse> ask(
      String path, Function<ActorRef<RaftActor.AdminReply>, RaftActor.Command> question) {
    return AskPattern.<RaftActor.Command, RaftActor.AdminReply>ask(
            inputs.raft(), question::apply, settings.proposeTimeout(), system.scheduler())
        .handle(
            (reply, failure) ->
                failure == null ? answer(path, reply) : done(silence(failure).response()))
        .thenCompose(Function.identity());
  }

  private CompletionStage<HttpResponse> answer(String path, RaftActor.AdminReply reply) {
    return switch (reply) {
      case RaftActor.Done(String what, Optional<NodeId> leader) -> changed(what, leader);
      case RaftActor.NotLeader(Optional<Member> leader) ->
          done(redirects.toOwnAddress(leader, path));
      case RaftActor.Refused(RaftActor.Refusal why, String reason) ->
          done(problem(why, reason).response());
    };
  }

  /** The status may learn of the change a moment after whoever asked for it. */
  private CompletionStage<HttpResponse> changed(String what, Optional<NodeId> leader) {
    return AskPattern.<RaftActor.Command, RaftActor.ClusterView>ask(
            inputs.raft(),
            RaftActor.GetClusterView::new,
            settings.proposeTimeout(),
            system.scheduler())
        .handle((view, failure) -> failure == null ? view.status() : inputs.status().get())
        .thenApply(status -> describe(what, leader, status));
  }

  private static HttpResponse describe(String what, Optional<NodeId> leader, RaftStatus status) {
    ObjectNode body = Json.object();
    body.put("status", "ok");
    body.put("detail", what);
    body.put(
        "leader", leader.or(() -> status.leader().map(Member::id)).map(NodeId::value).orElse(null));
    ArrayNode members = body.putArray("members");
    status.membership().members().forEach(m -> members.add(ClusterEndpoints.member(m, status)));
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
  }

  private static Problem problem(RaftActor.Refusal why, String reason) {
    return switch (why) {
      case CHANGE_UNDER_WAY ->
          Problem.of(ProblemType.CHANGE_UNDER_WAY, reason).with("Retry-After", "1");
      case MEMBER_EXISTS -> Problem.of(ProblemType.MEMBER_EXISTS, reason);
      case LAST_VOTER -> Problem.of(ProblemType.LAST_VOTER, reason);
      case NOT_A_VOTER -> Problem.of(ProblemType.NOT_A_VOTER, reason);
      case TRANSFER_FAILED ->
          Problem.of(ProblemType.TRANSFER_FAILED, reason).with("Retry-After", "1");
      case OUTCOME_UNKNOWN -> outcomeUnknown(reason);
    };
  }

  private Problem silence(Throwable failure) {
    return outcomeUnknown(
        failure instanceof TimeoutException
            ? "nothing was heard of it for " + settings.proposeTimeout().toMillis() + " ms"
            : "asking for it failed");
  }

  private static Problem outcomeUnknown(String reason) {
    return Problem.of(ProblemType.OUTCOME_UNKNOWN, reason + "; asking for it again is safe.");
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
