package dchat.http;

import dchat.chat.Account;
import dchat.chat.ChatResult;
import dchat.chat.PeopleCommand;
import dchat.chat.PeopleIds;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** {@code /v1/accounts}: to register, to find a forgotten name, to change a password, to leave. */
final class AccountEndpoints {
  private static final int MIN_PREFIX_CHARACTERS = 2;
  private static final int MAX_NAMES = 100;
  private static final int DEFAULT_NAMES = 20;

  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Access access;
  private final Proposals proposals;
  private final Passwords passwords;
  private final PasswordCheck check;
  private final LoginLimits limits;
  private final Executor blocking;

  AccountEndpoints(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      Access access,
      Proposals proposals,
      Passwords passwords,
      PasswordCheck check,
      LoginLimits limits,
      Executor blocking) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    this.access = access;
    this.proposals = proposals;
    this.passwords = passwords;
    this.check = check;
    this.limits = limits;
    this.blocking = blocking;
  }

  /** {@code POST /v1/accounts}. */
  CompletionStage<HttpResponse> register(HttpRequest request) {
    String id = Fields.idempotencyKeyOrNew(request);
    return Bodies.read(request, settings, system)
        .thenCompose(
            body -> {
              Fields fields = Fields.of(body, List.of("name", "password"));
              String name = fields.name("name");
              refuseDots(name);
              String password = fields.required("password");
              passwords.requireGood("password", password, name);
              return proposals.unlessElsewhere(
                  request, () -> register(request, id, name, password));
            });
  }

  private CompletionStage<HttpResponse> register(
      HttpRequest request, String id, String name, String password) {
    limits.beforeRegistration(request);
    return unlessTaken(id, name)
        .thenCompose(free -> passwords.hash(password, id, name))
        .thenCompose(
            phc ->
                proposals.submit(
                    request,
                    new PeopleCommand.Register(id, name, phc),
                    accepted -> registered(name, accepted),
                    reason -> Rejections.of(reason, name).response()));
  }

  /** In a path they lead elsewhere: nobody could write to who is called so. */
  private static void refuseDots(String name) {
    if (name.equals(".") || name.equals("..")) {
      throw Problem.ofField(ProblemType.INVALID_NAME, "name", "Dots alone are no name.")
          .asException();
    }
  }

  /** A taken name needs neither a hash nor an entry, unless this very request has taken it. */
  private CompletionStage<Boolean> unlessTaken(String id, String name) {
    if (inputs.people().named(name).isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    return CompletableFuture.supplyAsync(
        () -> {
          if (inputs.queries().findAccepted(PeopleIds.registration(id)).isEmpty()) {
            throw Rejections.of(ChatResult.Reason.NAME_TAKEN, name).asException();
          }
          return true;
        },
        blocking);
  }

  private static HttpResponse registered(String name, ChatResult.Accepted accepted) {
    var body = Json.object();
    body.put("name", name);
    body.put("index", accepted.index());
    return Answers.of(StatusCodes.CREATED, body, accepted);
  }

  /** {@code GET /v1/accounts}. */
  CompletionStage<HttpResponse> find(HttpRequest request) {
    Parameters parameters = Parameters.of(request, Set.of("prefix", "limit"));
    String prefix = parameters.text("prefix").orElse("");
    if (prefix.length() < MIN_PREFIX_CHARACTERS) {
      throw Parameters.invalid("prefix", "prefix must have at least 2 characters.");
    }
    Fields.requireName("prefix", prefix);
    long limit = parameters.number("limit").orElse((long) DEFAULT_NAMES);
    limits.beforeLookup(request);
    var body = Json.object();
    var names = body.putArray("names");
    inputs
        .people()
        .namesBeginningWith(prefix, (int) Math.min(limit, MAX_NAMES))
        .forEach(names::add);
    return done(HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body)));
  }

  /** {@code PUT /v1/accounts/me/password}. */
  CompletionStage<HttpResponse> changePassword(HttpRequest request) {
    String id = Fields.idempotencyKeyOrNew(request);
    return Bodies.read(request, settings, system)
        .thenCombine(
            access.member(request),
            (body, caller) -> {
              Fields fields = Fields.of(body, List.of("old", "new"));
              String old = fields.required("old");
              String next = fields.required("new");
              passwords.requireGood("new", next, caller.name());
              return proposals.unlessElsewhere(
                  request, () -> changePassword(request, id, caller, old, next));
            })
        .thenCompose(answer -> answer);
  }

  private CompletionStage<HttpResponse> changePassword(
      HttpRequest request, String id, Access.Caller caller, String old, String next) {
    return CompletableFuture.supplyAsync(
            () -> inputs.queries().findAccepted(PeopleIds.passwordChange(caller.id(), id)),
            blocking)
        .thenCompose(
            before -> {
              if (before.isPresent()) {
                return done(
                    Answers.index(
                        StatusCodes.OK, new ChatResult.Accepted(before.getAsLong(), true)));
              }
              return check
                  .require(request, caller.account(), old)
                  .thenCompose(
                      right ->
                          passwords
                              .hash(next, id, caller.name())
                              .thenCompose(
                                  phc ->
                                      proposals.submit(
                                          request,
                                          new PeopleCommand.ChangePassword(
                                              id, caller.seat(), right.passwordIndex(), phc),
                                          accepted -> Answers.index(StatusCodes.OK, accepted),
                                          reason ->
                                              Rejections.of(reason, caller.name()).response())));
            });
  }

  /** {@code DELETE /v1/accounts/me}. */
  CompletionStage<HttpResponse> delete(HttpRequest request) {
    return Bodies.read(request, settings, system)
        .thenCombine(
            access.member(request),
            (body, caller) -> {
              String password = Fields.of(body, List.of("password")).required("password");
              return proposals.unlessElsewhere(request, () -> delete(request, caller, password));
            })
        .thenCompose(answer -> answer);
  }

  private CompletionStage<HttpResponse> delete(
      HttpRequest request, Access.Caller caller, String password) {
    return check
        .require(request, caller.account(), password)
        .thenCompose(
            (Account right) ->
                proposals.submit(
                    request,
                    new PeopleCommand.DeleteAccount(caller.seat(), right.passwordIndex()),
                    accepted -> Answers.index(StatusCodes.OK, accepted),
                    reason -> Rejections.of(reason, caller.name()).response()));
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
