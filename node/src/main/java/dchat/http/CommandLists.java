package dchat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.PeopleCommand;
import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code POST /chat} with a list: its commands are committed in their order and share the cost of a
 * request and of a write to the disk. Each has an outcome of its own; if that of one isn't known,
 * the whole list is to be sent again, which its ids make safe.
 */
final class CommandLists {
  private static final String SEND_AGAIN =
      " Send the whole list again with the same ids: each takes effect at most once.";

  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Access access;
  private final Redirects redirects;

  CommandLists(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      Access access,
      Redirects redirects) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    this.access = access;
    this.redirects = redirects;
  }

  /**
   * @param forward what a node does that doesn't lead
   */
  CompletionStage<HttpResponse> submit(
      HttpRequest request, List<ChatCommand> commands, boolean forward) {
    if (Access.hasToken(request)) {
      return access
          .member(request)
          .thenCompose(caller -> propose(commands, asMember(caller, commands), forward));
    }
    List<byte[]> encoded = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      refuseIf(access.guestRefusal(commands.get(i).user()), i);
      encoded.add(ChatCodec.encode(commands.get(i)));
    }
    return propose(commands, encoded, forward);
  }

  private static List<byte[]> asMember(Access.Caller caller, List<ChatCommand> commands) {
    List<byte[]> encoded = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      refuseIf(ChatEndpoint.foreignName(caller, commands.get(i)), i);
      encoded.add(new PeopleCommand.AsMember(caller.seat(), commands.get(i)).encoded());
    }
    return encoded;
  }

  private static void refuseIf(Optional<Problem> obstacle, int position) {
    obstacle.ifPresent(
        problem -> {
          throw problem.inList(position).asException();
        });
  }

  private CompletionStage<HttpResponse> propose(
      List<ChatCommand> commands, List<byte[]> encoded, boolean forward) {
    return AskPattern.<RaftActor.Command, RaftActor.ProposeAllReply>ask(
            inputs.raft(),
            replyTo -> new RaftActor.ProposeAll(encoded, forward, replyTo),
            settings.proposeTimeout(),
            system.scheduler())
        .handleAsync(
            (reply, failure) -> {
              if (failure == null) {
                return response(commands, reply.replies());
              }
              String reason =
                  failure instanceof TimeoutException
                      ? "Nothing was heard of all for %d ms."
                          .formatted(settings.proposeTimeout().toMillis())
                      : "Asking for it failed.";
              return Problem.of(ProblemType.OUTCOME_UNKNOWN, reason + SEND_AGAIN).response();
            },
            system.executionContext());
  }

  private HttpResponse response(List<ChatCommand> commands, List<RaftActor.ProposeReply> replies) {
    ArrayNode results = Json.object().putArray("results");
    int unproposed = 0;
    Optional<RaftActor.NotLeader> elsewhere = Optional.empty();
    for (int i = 0; i < replies.size(); i++) {
      switch (replies.get(i)) {
        case RaftActor.Committed(long index, byte[] result) -> {
          try {
            results.add(result(commands.get(i), ChatCodec.decodeResult(result)));
          } catch (IllegalArgumentException e) {
            return unknown("The leader, of another version, answered: " + e.getMessage() + ".");
          }
        }
        case RaftActor.NotLeader notLeader -> {
          elsewhere = Optional.of(notLeader);
          unproposed++;
        }
        case RaftActor.Overloaded(String reason) -> unproposed++;
        case RaftActor.OutcomeUnknown(String reason) -> {
          return unknown(reason);
        }
      }
    }
    if (unproposed == 0) {
      ObjectNode body = Json.object();
      body.set("results", results);
      return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
    }
    if (elsewhere.isPresent() && unproposed == replies.size()) {
      Optional<Member> leader = elsewhere.get().leader();
      return redirects.toPublicAddress(leader, "/chat");
    }
    return Problem.of(
            ProblemType.OVERLOADED,
            "%d of %d commands were not proposed.".formatted(unproposed, replies.size())
                + SEND_AGAIN)
        .with("Retry-After", "1")
        .response();
  }

  private static HttpResponse unknown(String reason) {
    return Problem.of(ProblemType.OUTCOME_UNKNOWN, reason + SEND_AGAIN).response();
  }

  private static ObjectNode result(ChatCommand command, ChatResult result) {
    return switch (result) {
      case ChatResult.Accepted accepted -> {
        ObjectNode ok = ChatEndpoint.body(command, accepted);
        if (accepted.replayed()) {
          ok.put("replayed", true);
        }
        yield ok;
      }
      case ChatResult.Rejected(ChatResult.Reason reason) ->
          ChatEndpoint.rejection(reason, command).body().put("id", command.id());
    };
  }
}
