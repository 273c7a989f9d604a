package dchat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.PeopleCommand;
import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** {@code POST /chat}: one command, committed before it is answered. */
final class ChatEndpoint implements Endpoint {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Freshness freshness;
  private final Executor blocking;
  private final CommandReader reader;
  private final Redirects redirects;
  private final Access access;
  private final Proposals proposals;
  private final CommandLists lists;

  ChatEndpoint(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      Freshness freshness,
      Access access,
      Proposals proposals,
      Executor blocking) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    this.freshness = freshness;
    this.access = access;
    this.proposals = proposals;
    this.blocking = blocking;
    reader = new CommandReader(settings.maxTextLength());
    redirects = new Redirects(settings);
    lists = new CommandLists(system, settings, inputs, access, redirects);
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    boolean forward = NotLeaderPreference.of(request).orElse(settings.forward());
    return body(request)
        .thenCompose(
            body -> {
              if (CommandReader.isList(body)) {
                return lists.submit(request, reader.readList(body), forward);
              }
              ChatCommand command = reader.read(body);
              if (Access.hasToken(request)) {
                return access
                    .member(request)
                    .thenCompose(caller -> submitAs(caller, command, request));
              }
              return access
                  .guestRefusal(command.user())
                  .map(refusal -> unlessAccepted(command, refusal, forward))
                  .orElseGet(() -> submit(command, forward));
            });
  }

  private CompletionStage<HttpResponse> submitAs(
      Access.Caller caller, ChatCommand command, HttpRequest request) {
    Optional<Problem> refusal = foreignName(caller, command);
    if (refusal.isPresent()) {
      throw refusal.get().asException();
    }
    return proposals.submit(
        request,
        new PeopleCommand.AsMember(caller.seat(), command),
        accepted -> accepted(command, accepted),
        reason -> rejection(reason, command).response());
  }

  /** Who is signed in speaks under no other name. */
  static Optional<Problem> foreignName(Access.Caller caller, ChatCommand command) {
    return caller.name().equals(command.user())
        ? Optional.empty()
        : Optional.of(
            Problem.ofField(
                ProblemType.NOT_YOUR_NAME, "user", "This session is " + caller.name() + "'s."));
  }

  private CompletionStage<byte[]> body(HttpRequest request) {
    if (request.entity() instanceof HttpEntity.Strict strict) {
      if (strict.getData().size() > settings.maxRequestBytes()) {
        throw Bodies.tooLarge(settings.maxRequestBytes());
      }
      return CompletableFuture.completedFuture(strict.getData().toArrayUnsafe());
    }
    return Bodies.read(request, settings, system);
  }

  private CompletionStage<HttpResponse> submit(ChatCommand command, boolean forward) {
    return obstacle(command).isEmpty()
        ? propose(command, forward)
        : makeSure(command)
            .thenCompose(
                sure ->
                    sure.map(problem -> unlessAccepted(command, problem, forward))
                        .orElseGet(() -> propose(command, forward)));
  }

  /**
   * Why the state machine would reject the command: then it needn't enter the log. Only what this
   * leader holds just now, which {@link #makeSure} has to confirm.
   */
  private Optional<Problem> obstacle(ChatCommand command) {
    if (!inputs.status().get().isLeader()) {
      return Optional.empty();
    }
    boolean roomExists = inputs.chat().get().rooms().containsKey(command.room());
    boolean roomWanted = !(command instanceof ChatCommand.RoomAdd);
    if (roomExists == roomWanted) {
      return Optional.empty();
    }
    return Optional.of(
        rejection(
            roomExists ? ChatResult.Reason.ROOM_EXISTS : ChatResult.Reason.UNKNOWN_ROOM, command));
  }

  /**
   * Looks again when this node certainly knows. It may have been deposed without having noticed, or
   * not have applied what is committed, and then a "no" could contradict what others were told. And
   * an earlier try of this very command may be on its way through the log: who is refused now must
   * not find it accepted later.
   */
  private CompletionStage<Optional<Problem>> makeSure(ChatCommand command) {
    return freshness
        .awaitSettled()
        .handle((settled, failure) -> failure == null ? obstacle(command) : Optional.empty());
  }

  /** A repetition of something accepted is to get its first outcome, whatever the rooms are now. */
  private CompletionStage<HttpResponse> unlessAccepted(
      ChatCommand command, Problem problem, boolean forward) {
    return CompletableFuture.supplyAsync(
            () -> inputs.queries().findAccepted(command.id()).isPresent(), blocking)
        .thenCompose(
            accepted ->
                accepted
                    ? propose(command, forward)
                    : CompletableFuture.completedFuture(problem.response()));
  }

  private CompletionStage<HttpResponse> propose(ChatCommand command, boolean forward) {
    byte[] encoded = ChatCodec.encode(command);
    return AskPattern.<RaftActor.Command, RaftActor.ProposeReply>ask(
            inputs.raft(),
            replyTo -> new RaftActor.Propose(encoded, forward, replyTo),
            settings.proposeTimeout(),
            system.scheduler())
        .handleAsync(
            (reply, failure) -> {
              if (failure instanceof TimeoutException) {
                return outcomeUnknown(
                    "Nothing was heard of it for %d ms."
                        .formatted(settings.proposeTimeout().toMillis()));
              }
              return failure == null
                  ? response(command, reply)
                  : outcomeUnknown("Asking for it failed.");
            },
            // Else it would run in a pool of the JDK's, and every answer start a thread there.
            system.executionContext());
  }

  private HttpResponse response(ChatCommand command, RaftActor.ProposeReply reply) {
    return switch (reply) {
      case RaftActor.Committed(long index, byte[] result) -> committed(command, result);
      case RaftActor.NotLeader(Optional<Member> leader) ->
          redirects.toPublicAddress(leader, "/chat");
      case RaftActor.Overloaded(String reason) ->
          Problem.of(ProblemType.OVERLOADED, reason).with("Retry-After", "1").response();
      case RaftActor.OutcomeUnknown(String reason) -> outcomeUnknown(reason);
    };
  }

  private static HttpResponse committed(ChatCommand command, byte[] result) {
    ChatResult decoded;
    try {
      decoded = ChatCodec.decodeResult(result);
    } catch (IllegalArgumentException e) {
      return outcomeUnknown("The leader, of another version, answered: " + e.getMessage() + ".");
    }
    return switch (decoded) {
      case ChatResult.Accepted accepted -> accepted(command, accepted);
      case ChatResult.Rejected(ChatResult.Reason reason) -> rejection(reason, command).response();
    };
  }

  private static HttpResponse accepted(ChatCommand command, ChatResult.Accepted accepted) {
    HttpResponse response =
        HttpResponse.create()
            .withStatus(StatusCodes.OK)
            .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body(command, accepted)));
    return accepted.replayed()
        ? response.addHeader(RawHeader.create("Idempotency-Replayed", "true"))
        : response;
  }

  static ObjectNode body(ChatCommand command, ChatResult.Accepted accepted) {
    var body = Json.object();
    body.put("status", "ok");
    body.put("index", accepted.index());
    body.put("id", command.id());
    return body;
  }

  private static HttpResponse outcomeUnknown(String reason) {
    return Problem.of(
            ProblemType.OUTCOME_UNKNOWN,
            reason + " Send it again with the same id: it takes effect at most once.")
        .response();
  }

  static Problem rejection(ChatResult.Reason reason, ChatCommand command) {
    boolean aboutUser = reason == ChatResult.Reason.NAME_REGISTERED;
    return Rejections.of(reason, aboutUser ? command.user() : command.room());
  }
}
