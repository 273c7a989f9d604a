package dchat.http;

import dchat.chat.Account;
import dchat.chat.ChatResult;
import dchat.chat.Conversation;
import dchat.chat.PeopleCommand;
import dchat.chat.PersonalEvent;
import dchat.chat.PersonalQueries;
import dchat.chat.PersonalQueries.PageRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** {@code /v1/dms} and {@code /v1/unread}: what is said between two, and what wasn't read yet. */
final class DirectEndpoints {
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Freshness freshness;
  private final Access access;
  private final MemberRequests members;
  private final PersonalQueries queries;
  private final Executor blocking;

  DirectEndpoints(
      HttpSettings settings,
      HttpInputs inputs,
      Freshness freshness,
      Access access,
      MemberRequests members,
      Executor blocking) {
    this.settings = settings;
    this.inputs = inputs;
    this.freshness = freshness;
    this.access = access;
    this.members = members;
    this.blocking = blocking;
    queries = new PersonalQueries(inputs.queries());
  }

  /** {@code GET /v1/unread}. */
  CompletionStage<HttpResponse> unread(HttpRequest request) {
    return ownCounts(request)
        .thenApply(unread -> Json.response(json -> Json.writeUnread(json, unread)));
  }

  /** {@code GET /v1/dms}. */
  CompletionStage<HttpResponse> list(HttpRequest request) {
    return ownCounts(request)
        .thenApply(
            unread ->
                Json.response(
                    json -> {
                      json.writeStartObject();
                      json.writeArrayFieldStart("dms");
                      for (PersonalQueries.DirectUnread direct : unread.directs()) {
                        Json.writeDirect(json, direct);
                      }
                      json.writeEndArray();
                      json.writeEndObject();
                    }));
  }

  private CompletionStage<PersonalQueries.Unread> ownCounts(HttpRequest request) {
    Parameters parameters = Parameters.of(request, Set.of(Freshness.CONSISTENCY));
    return access
        .member(request)
        .thenCompose(
            caller ->
                freshness
                    .awaitAsked(request, parameters)
                    .thenApplyAsync(fresh -> queries.unread(caller.id()), blocking));
  }

  /** {@code GET /v1/dms/{user}/messages}. */
  CompletionStage<HttpResponse> read(HttpRequest request, List<String> path) {
    String name = Fields.requireName("user", path.getFirst());
    Parameters parameters = Parameters.of(request, Pages.PARAMETERS);
    PageRequest page = Pages.requested(parameters);
    return access
        .member(request)
        .thenCompose(
            caller ->
                freshness
                    .awaitAsked(request, parameters)
                    .thenApplyAsync(
                        fresh -> {
                          long partner =
                              queries
                                  .partner(caller.id(), name)
                                  .orElseThrow(() -> unknown(name).asException());
                          return Pages.response(
                              page,
                              queries.direct(caller.id(), partner, page),
                              PersonalEvent.Direct::index,
                              Json::writePersonal);
                        },
                        blocking));
  }

  /** {@code PUT /v1/dms/{user}/messages/{id}}. */
  CompletionStage<HttpResponse> send(HttpRequest request, List<String> path) {
    String name = Fields.requireName("user", path.getFirst());
    String id = Fields.requireId("id", path.getLast());
    return members.changeByBody(
        request,
        List.of("text"),
        (caller, fields) ->
            new PeopleCommand.SendDirect(
                id,
                caller.seat(),
                account(name).id(),
                fields.text("text", settings.maxTextLength())),
        Answers::createdOrReplayed,
        reason -> Rejections.of(reason, name).response());
  }

  /** {@code DELETE /v1/dms/{user}/messages/{id}}. */
  CompletionStage<HttpResponse> takeBack(HttpRequest request, List<String> path) {
    String name = Fields.requireName("user", path.getFirst());
    String id = Fields.requireId("id", path.getLast());
    return withPartner(
        request,
        name,
        (caller, partner) ->
            members.change(
                request,
                same -> new PeopleCommand.DeleteDirect(same.seat(), partner, id),
                accepted -> Answers.index(StatusCodes.OK, accepted),
                reason -> Rejections.of(reason, name).response()));
  }

  /** {@code PUT /v1/dms/{user}/read-marker}. */
  CompletionStage<HttpResponse> markRead(HttpRequest request, List<String> path) {
    String name = Fields.requireName("user", path.getFirst());
    return withPartner(
        request,
        name,
        (caller, partner) ->
            members.changeByBody(
                request,
                List.of("index"),
                (same, fields) ->
                    new PeopleCommand.MoveMarker(
                        same.seat(), new Conversation.With(partner, name), fields.number("index")),
                accepted -> Answers.index(StatusCodes.OK, accepted),
                reason -> Rejections.of(reason, name).response()));
  }

  private interface Asking {
    CompletionStage<HttpResponse> of(Access.Caller caller, long partner);
  }

  /** Also one that is gone: what was said with them is still there. */
  private CompletionStage<HttpResponse> withPartner(
      HttpRequest request, String name, Asking asking) {
    return access
        .member(request)
        .thenCompose(
            caller ->
                CompletableFuture.supplyAsync(() -> queries.partner(caller.id(), name), blocking)
                    .thenCompose(
                        partner ->
                            asking.of(
                                caller, partner.orElseThrow(() -> unknown(name).asException()))));
  }

  private Account account(String name) {
    return inputs.people().named(name).orElseThrow(() -> unknown(name).asException());
  }

  private static Problem unknown(String name) {
    return Rejections.of(ChatResult.Reason.UNKNOWN_ACCOUNT, name);
  }
}
