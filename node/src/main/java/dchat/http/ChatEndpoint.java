package dchat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.LogCommand;
import dchat.chat.PeopleCommand;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** {@code POST /chat}: one command, committed before it is answered. */
final class ChatEndpoint implements Endpoint {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Freshness freshness;
  private final Executor blocking;
  private final CommandReader reader;
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
    lists = new CommandLists(access, proposals);
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    return body(request)
        .thenCompose(
            body -> {
              if (CommandReader.isList(body)) {
                return lists.submit(request, reader.readList(body));
              }
              ChatCommand command = reader.read(body);
              if (Access.hasToken(request)) {
                return access
                    .member(request)
                    .thenCompose(caller -> submitAs(caller, command, request));
              }
              return access
                  .guestRefusal(command.user())
                  .map(refusal -> unlessAccepted(request, command, refusal))
                  .orElseGet(() -> submit(request, command));
            });
  }

  private CompletionStage<HttpResponse> submitAs(
      Access.Caller caller, ChatCommand command, HttpRequest request) {
    Optional<Problem> refusal = foreignName(caller, command);
    if (refusal.isPresent()) {
      throw refusal.get().asException();
    }
    return propose(request, command, new PeopleCommand.AsMember(caller.seat(), command));
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

  private CompletionStage<HttpResponse> submit(HttpRequest request, ChatCommand command) {
    return obstacle(command).isEmpty()
        ? propose(request, command, command)
        : makeSure(command)
            .thenCompose(
                sure ->
                    sure.map(problem -> unlessAccepted(request, command, problem))
                        .orElseGet(() -> propose(request, command, command)));
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
      HttpRequest request, ChatCommand command, Problem problem) {
    return CompletableFuture.supplyAsync(
            () -> inputs.queries().findAccepted(command.id()).isPresent(), blocking)
        .thenCompose(
            accepted ->
                accepted
                    ? propose(request, command, command)
                    : CompletableFuture.completedFuture(problem.response()));
  }

  /**
   * @param proposed the command as it goes into the log
   */
  private CompletionStage<HttpResponse> propose(
      HttpRequest request, ChatCommand command, LogCommand proposed) {
    return proposals.submit(
        request,
        proposed,
        accepted -> Answers.of(StatusCodes.OK, body(command, accepted), accepted),
        reason -> rejection(reason, command).response());
  }

  static ObjectNode body(ChatCommand command, ChatResult.Accepted accepted) {
    var body = Json.object();
    body.put("status", "ok");
    body.put("index", accepted.index());
    body.put("id", command.id());
    return body;
  }

  static Problem rejection(ChatResult.Reason reason, ChatCommand command) {
    boolean aboutUser = reason == ChatResult.Reason.NAME_REGISTERED;
    return Rejections.of(reason, aboutUser ? command.user() : command.room());
  }
}
