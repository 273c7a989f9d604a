package dchat.http;

import dchat.chat.ChatResult;
import dchat.chat.PeopleCommand;
import dchat.chat.PersonalQueries;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** {@code /v1/session}: to sign in, on one device at a time, and to sign out. */
final class SessionEndpoints {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final AccountSettings accounts;
  private final Access access;
  private final Proposals proposals;
  private final Passwords passwords;
  private final PasswordCheck check;
  private final PersonalQueries queries;
  private final Executor blocking;
  private final Tokens tokens = new Tokens();

  SessionEndpoints(
      ActorSystem<?> system,
      HttpSettings settings,
      AccountSettings accounts,
      Access access,
      Proposals proposals,
      Passwords passwords,
      PasswordCheck check,
      PersonalQueries queries,
      Executor blocking) {
    this.queries = queries;
    this.blocking = blocking;
    this.system = system;
    this.settings = settings;
    this.accounts = accounts;
    this.access = access;
    this.proposals = proposals;
    this.passwords = passwords;
    this.check = check;
  }

  private record Credentials(String id, String name, String password, boolean takeover) {}

  /** {@code POST /v1/session}. */
  CompletionStage<HttpResponse> logIn(HttpRequest request) {
    String id = Fields.idempotencyKeyOrNew(request);
    return Bodies.read(request, settings, system)
        .thenCompose(
            body -> {
              Fields fields = Fields.of(body, List.of("name", "password", "takeover"));
              var given =
                  new Credentials(
                      id,
                      fields.name("name"),
                      fields.required("password"),
                      fields.flag("takeover"));
              return proposals.unlessElsewhere(request, () -> logIn(request, given));
            });
  }

  private CompletionStage<HttpResponse> logIn(HttpRequest request, Credentials given) {
    return check
        .require(request, given.name(), given.password())
        .thenCompose(
            right ->
                rehashed(right, given).thenCompose(newPhc -> begin(request, given, right, newPhc)));
  }

  private CompletionStage<Optional<String>> rehashed(PasswordCheck.Right right, Credentials given) {
    return passwords.isOutdated(right.phc())
        ? passwords.hash(given.password(), given.id(), given.name()).thenApply(Optional::of)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletionStage<HttpResponse> begin(
      HttpRequest request, Credentials given, PasswordCheck.Right right, Optional<String> newPhc) {
    String token = tokens.next();
    return CompletableFuture.supplyAsync(() -> queries.unread(right.account().id()), blocking)
        .thenCompose(unread -> begin(request, given, right, newPhc, token, unread));
  }

  private CompletionStage<HttpResponse> begin(
      HttpRequest request,
      Credentials given,
      PasswordCheck.Right right,
      Optional<String> newPhc,
      String token,
      PersonalQueries.Unread unread) {
    return proposals.submit(
        request,
        new PeopleCommand.LogIn(
            given.id(),
            right.account().id(),
            right.account().passwordIndex(),
            Tokens.hash(token),
            given.takeover(),
            accounts.sessionIdle().toMillis(),
            accounts.sessionTotal().toMillis(),
            newPhc),
        accepted -> begun(token, right.account().name(), unread, accepted),
        reason -> Rejections.of(reason, given.name()).response());
  }

  private HttpResponse begun(
      String token, String name, PersonalQueries.Unread unread, ChatResult.Accepted accepted) {
    return Json.response(
            json -> {
              json.writeStartObject();
              json.writeStringField("token", token);
              json.writeStringField("name", name);
              json.writeNumberField("index", accepted.index());
              json.writeNumberField("idleSeconds", accounts.sessionIdle().toSeconds());
              json.writeNumberField("totalSeconds", accounts.sessionTotal().toSeconds());
              json.writeFieldName("unread");
              Json.writeUnread(json, unread);
              json.writeEndObject();
            })
        .withStatus(StatusCodes.CREATED);
  }

  /** {@code DELETE /v1/session}. */
  CompletionStage<HttpResponse> logOut(HttpRequest request) {
    return Bodies.skip(request, system)
        .thenCompose(skipped -> access.member(request))
        .thenCompose(
            caller ->
                proposals.unlessElsewhere(
                    request,
                    () ->
                        proposals.submit(
                            request,
                            new PeopleCommand.LogOut(caller.seat()),
                            accepted -> Answers.index(StatusCodes.OK, accepted),
                            reason -> Rejections.of(reason, caller.name()).response())));
  }
}
