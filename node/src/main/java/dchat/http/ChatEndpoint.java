package dchat.http;

import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.ChatView;
import dchat.raft.Member;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
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
  private final Executor blocking;
  private final CommandReader reader;

  ChatEndpoint(ActorSystem<?> system, HttpSettings settings, HttpInputs inputs, Executor blocking) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    this.blocking = blocking;
    reader = new CommandReader(settings.maxTextLength());
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    boolean forward = NotLeaderPreference.of(request).orElse(settings.forward());
    return body(request).thenCompose(body -> submit(reader.read(body), forward));
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
    return obstacle(command)
        .map(problem -> unlessAccepted(command, problem, forward))
        .orElseGet(() -> propose(command, forward));
  }

  /**
   * Why the state machine would surely reject the command, as far as this node can know: then it
   * needn't enter the log. Only a leader that has applied an entry of its own term can, for then it
   * has applied everything that was committed before (paper, section 8).
   */
  private Optional<Problem> obstacle(ChatCommand command) {
    RaftStatus status = inputs.status().get();
    ChatView chat = inputs.chat().get();
    if (!status.isLeader() || chat.appliedTerm() != status.term()) {
      return Optional.empty();
    }
    boolean roomExists = chat.rooms().containsKey(command.room());
    boolean roomWanted = !(command instanceof ChatCommand.RoomAdd);
    if (roomExists == roomWanted) {
      return Optional.empty();
    }
    return Optional.of(
        rejection(
            roomExists ? ChatResult.Reason.ROOM_EXISTS : ChatResult.Reason.UNKNOWN_ROOM, command));
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
        .handle(
            (reply, failure) -> {
              if (failure instanceof TimeoutException) {
                return outcomeUnknown(
                    "Nothing was heard of it for %d ms."
                        .formatted(settings.proposeTimeout().toMillis()));
              }
              return failure == null
                  ? response(command, reply)
                  : outcomeUnknown("Asking for it failed.");
            });
  }

  private HttpResponse response(ChatCommand command, RaftActor.ProposeReply reply) {
    return switch (reply) {
      case RaftActor.Committed(long index, byte[] result) -> committed(command, result);
      case RaftActor.NotLeader(Optional<Member> leader) -> notLeader(leader);
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
    var body = Json.object();
    body.put("status", "ok");
    body.put("index", accepted.index());
    body.put("id", command.id());
    HttpResponse response =
        HttpResponse.create()
            .withStatus(StatusCodes.OK)
            .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
    return accepted.replayed()
        ? response.addHeader(RawHeader.create("Idempotency-Replayed", "true"))
        : response;
  }

  /** Not proposed here. A leader whose URL isn't known yet is as good as none. */
  private HttpResponse notLeader(Optional<Member> leader) {
    Optional<String> base =
        leader.flatMap(
            member ->
                settings
                    .publicHost()
                    .map(host -> settings.publicScheme() + "://" + host)
                    .or(member::clientUrl));
    var body = Json.object();
    body.put("status", "not_leader");
    body.put("leader", base.isPresent() ? leader.get().id().value() : null);
    return HttpResponse.create()
        .withStatus(StatusCodes.get(settings.redirectStatus()))
        .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body))
        .addHeader(
            base.map(url -> RawHeader.create("Location", url + "/chat"))
                .orElseGet(() -> RawHeader.create("Retry-After", "1")));
  }

  private static HttpResponse outcomeUnknown(String reason) {
    return Problem.of(
            ProblemType.OUTCOME_UNKNOWN,
            reason + " Send it again with the same id: it takes effect at most once.")
        .response();
  }

  private static Problem rejection(ChatResult.Reason reason, ChatCommand command) {
    return switch (reason) {
      case UNKNOWN_ROOM ->
          Problem.ofField(
              ProblemType.UNKNOWN_ROOM, "room", "There is no room " + command.room() + ".");
      case ROOM_EXISTS ->
          Problem.ofField(
              ProblemType.ROOM_EXISTS, "room", "The room " + command.room() + " exists already.");
      case ROOM_PROTECTED ->
          Problem.ofField(
              ProblemType.ROOM_PROTECTED,
              "room",
              "The room " + command.room() + " can't be deleted.");
      case ID_REUSED ->
          Problem.ofField(
              ProblemType.ID_REUSED, "id", "A command with other content has this id already.");
      case MALFORMED ->
          Problem.of(ProblemType.INTERNAL, "The cluster didn't understand the command.");
    };
  }
}
