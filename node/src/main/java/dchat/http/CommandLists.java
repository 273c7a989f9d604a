package dchat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.LogCommand;
import dchat.chat.PeopleCommand;
import dchat.raft.RaftActor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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

  private final Access access;
  private final Proposals proposals;

  CommandLists(Access access, Proposals proposals) {
    this.access = access;
    this.proposals = proposals;
  }

  CompletionStage<HttpResponse> submit(HttpRequest request, List<ChatCommand> commands) {
    if (Access.hasToken(request)) {
      return access
          .member(request)
          .thenCompose(caller -> propose(request, commands, asMember(caller, commands)));
    }
    for (int i = 0; i < commands.size(); i++) {
      refuseIf(access.guestRefusal(commands.get(i).user()), i);
    }
    return propose(request, commands, commands);
  }

  private static List<LogCommand> asMember(Access.Caller caller, List<ChatCommand> commands) {
    List<LogCommand> signed = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      refuseIf(ChatEndpoint.foreignName(caller, commands.get(i)), i);
      signed.add(new PeopleCommand.AsMember(caller.seat(), commands.get(i)));
    }
    return signed;
  }

  private static void refuseIf(Optional<Problem> obstacle, int position) {
    obstacle.ifPresent(
        problem -> {
          throw problem.inList(position).asException();
        });
  }

  private CompletionStage<HttpResponse> propose(
      HttpRequest request, List<ChatCommand> commands, List<? extends LogCommand> proposed) {
    return proposals.submitAll(
        request, proposed, SEND_AGAIN, replies -> response(request, commands, replies));
  }

  private HttpResponse response(
      HttpRequest request, List<ChatCommand> commands, List<RaftActor.ProposeReply> replies) {
    ArrayNode results = Json.object().putArray("results");
    int unproposed = 0;
    Optional<RaftActor.NotLeader> elsewhere = Optional.empty();
    for (int i = 0; i < replies.size(); i++) {
      switch (replies.get(i)) {
        case RaftActor.Committed(long index, byte[] result) -> {
          try {
            results.add(result(commands.get(i), ChatCodec.decodeResult(result)));
          } catch (IllegalArgumentException e) {
            return Proposals.outcomeUnknown(Proposals.ofAnotherVersion(e), SEND_AGAIN);
          }
        }
        case RaftActor.NotLeader notLeader -> {
          elsewhere = Optional.of(notLeader);
          unproposed++;
        }
        case RaftActor.Overloaded(String reason) -> unproposed++;
        case RaftActor.OutcomeUnknown(String reason) -> {
          return Proposals.outcomeUnknown(reason, SEND_AGAIN);
        }
      }
    }
    if (unproposed == 0) {
      ObjectNode body = Json.object();
      body.set("results", results);
      return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
    }
    if (elsewhere.isPresent() && unproposed == replies.size()) {
      return proposals.redirect(request, elsewhere.get().leader());
    }
    return Proposals.overloaded(
        "%d of %d commands were not proposed.".formatted(unproposed, replies.size()) + SEND_AGAIN);
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
