package dchat.http;

import dchat.chat.ChatCodec;
import dchat.chat.ChatResult;
import dchat.chat.LogCommand;
import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Brings commands through the log and answers with what became of them. */
final class Proposals {
  private static final String SEND_AGAIN =
      " Send it again, with the same id if it has one: then it takes effect at most once.";

  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Redirects redirects;

  Proposals(ActorSystem<?> system, HttpSettings settings, HttpInputs inputs) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    redirects = new Redirects(settings);
  }

  /**
   * Does work that ends with a command for the log, if it can be proposed from here. Where this
   * node neither leads nor forwards the answer is a redirect, and nothing was done.
   */
  CompletionStage<HttpResponse> unlessElsewhere(
      HttpRequest request, Supplier<CompletionStage<HttpResponse>> work) {
    return inputs.status().get().isLeader() || forwards(request)
        ? work.get()
        : CompletableFuture.completedFuture(redirect(request, inputs.status().get().leader()));
  }

  /**
   * @param accepted what to answer when it took effect
   * @param rejected what to answer when it was refused
   */
  CompletionStage<HttpResponse> submit(
      HttpRequest request,
      LogCommand command,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    byte[] encoded = command.encoded();
    boolean forward = forwards(request);
    return this.<RaftActor.ProposeReply>ask(
        replyTo -> new RaftActor.Propose(encoded, forward, replyTo),
        SEND_AGAIN,
        reply ->
            switch (reply) {
              case RaftActor.Committed(long index, byte[] result) ->
                  committed(result, accepted, rejected);
              case RaftActor.NotLeader(Optional<Member> leader) -> redirect(request, leader);
              case RaftActor.Overloaded(String reason) -> overloaded(reason);
              case RaftActor.OutcomeUnknown(String reason) -> outcomeUnknown(reason, SEND_AGAIN);
            });
  }

  /**
   * Proposes several at once, each with an outcome of its own.
   *
   * @param sendAgain what to do if an outcome isn't known, in words
   * @param answer of the outcomes, in the order of the commands
   */
  CompletionStage<HttpResponse> submitAll(
      HttpRequest request,
      List<? extends LogCommand> commands,
      String sendAgain,
      Function<List<RaftActor.ProposeReply>, HttpResponse> answer) {
    List<byte[]> encoded = commands.stream().map(LogCommand::encoded).toList();
    boolean forward = forwards(request);
    return this.<RaftActor.ProposeAllReply>ask(
        replyTo -> new RaftActor.ProposeAll(encoded, forward, replyTo),
        sendAgain,
        reply -> answer.apply(reply.replies()));
  }

  private <R> CompletionStage<HttpResponse> ask(
      org.apache.pekko.japi.function.Function<ActorRef<R>, RaftActor.Command> command,
      String sendAgain,
      Function<R, HttpResponse> answer) {
    return AskPattern.ask(inputs.raft(), command, settings.proposeTimeout(), system.scheduler())
        .handleAsync(
            (reply, failure) ->
                failure == null
                    ? answer.apply(reply)
                    : outcomeUnknown(
                        failure instanceof TimeoutException
                            ? "Nothing was heard of it for %d ms."
                                .formatted(settings.proposeTimeout().toMillis())
                            : "Asking for it failed.",
                        sendAgain),
            // Else it would run in a pool of the JDK's, and every answer start a thread there.
            system.executionContext());
  }

  /** Proposes what nobody waits for, and what does no harm if it is lost. */
  void tell(LogCommand command) {
    byte[] encoded = command.encoded();
    AskPattern.<RaftActor.Command, RaftActor.ProposeReply>ask(
        inputs.raft(),
        replyTo -> new RaftActor.Propose(encoded, true, replyTo),
        settings.proposeTimeout(),
        system.scheduler());
  }

  private static HttpResponse committed(
      byte[] result,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    ChatResult decoded;
    try {
      decoded = ChatCodec.decodeResult(result);
    } catch (IllegalArgumentException e) {
      return outcomeUnknown(ofAnotherVersion(e), SEND_AGAIN);
    }
    return switch (decoded) {
      case ChatResult.Accepted done -> accepted.apply(done);
      case ChatResult.Rejected(ChatResult.Reason reason) -> rejected.apply(reason);
    };
  }

  private boolean forwards(HttpRequest request) {
    return NotLeaderPreference.of(request).orElse(settings.forward());
  }

  HttpResponse redirect(HttpRequest request, Optional<Member> leader) {
    String target =
        request.getUri().getPathString()
            + request.getUri().rawQueryString().map(query -> "?" + query).orElse("");
    return redirects.toPublicAddress(leader, target);
  }

  static HttpResponse overloaded(String reason) {
    return Problem.of(ProblemType.OVERLOADED, reason).with("Retry-After", "1").response();
  }

  static HttpResponse outcomeUnknown(String reason, String sendAgain) {
    return Problem.of(ProblemType.OUTCOME_UNKNOWN, reason + sendAgain).response();
  }

  /** Why a result can't be read. */
  static String ofAnotherVersion(IllegalArgumentException e) {
    return "The leader, of another version, answered: " + e.getMessage() + ".";
  }
}
