package dchat.http;

import dchat.chat.ChatCommand;
import dchat.chat.ChatResult;
import dchat.chat.Conversation;
import dchat.chat.PeopleCommand;
import dchat.chat.PersonalQueries;
import dchat.chat.PersonalQueries.PageRequest;
import dchat.chat.Room;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** {@code /v1/rooms}: rooms, and what signed-in people say in them. */
final class RoomEndpoints {
  private static final int MAX_TOPIC_LENGTH = 256;

  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Freshness freshness;
  private final MemberRequests members;
  private final Access access;
  private final PersonalQueries queries;
  private final Executor blocking;

  RoomEndpoints(
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

  /** {@code GET /v1/rooms}. */
  CompletionStage<HttpResponse> list(HttpRequest request) {
    Parameters parameters = Parameters.of(request, Set.of(Freshness.CONSISTENCY));
    return access
        .reader(request)
        .thenCompose(
            reader ->
                freshness
                    .awaitAsked(request, parameters)
                    .thenApplyAsync(
                        fresh ->
                            reader
                                .map(caller -> queries.unread(caller.id()).rooms())
                                .map(RoomEndpoints::withUnread)
                                .orElseGet(this::withoutUnread),
                        blocking));
  }

  private static HttpResponse withUnread(List<PersonalQueries.RoomUnread> rooms) {
    return Json.response(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("rooms");
          for (PersonalQueries.RoomUnread room : rooms) {
            json.writeStartObject();
            Json.writeRoom(json, room.room());
            Json.writeCount(json, room.unread());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private HttpResponse withoutUnread() {
    List<Room> rooms =
        inputs.chat().get().rooms().values().stream()
            .sorted(Comparator.comparingLong(Room::createdIndex))
            .toList();
    return Json.response(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("rooms");
          for (Room room : rooms) {
            json.writeStartObject();
            Json.writeRoom(json, room);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code PUT /v1/rooms/{room}}: makes it, if it isn't there. */
  CompletionStage<HttpResponse> make(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    return members.change(
        request,
        caller ->
            new PeopleCommand.AsMember(
                caller.seat(), new ChatCommand.RoomAdd(Fields.newId(), caller.name(), room)),
        accepted -> Answers.index(StatusCodes.CREATED, accepted),
        reason ->
            reason == ChatResult.Reason.ROOM_EXISTS
                ? Json.response(
                    json -> {
                      json.writeStartObject();
                      json.writeStringField("name", room);
                      json.writeEndObject();
                    })
                : Rejections.of(reason, room).response());
  }

  /** {@code DELETE /v1/rooms/{room}}. */
  CompletionStage<HttpResponse> delete(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    return members.change(
        request,
        caller ->
            new PeopleCommand.AsMember(
                caller.seat(), new ChatCommand.RoomDelete(Fields.newId(), caller.name(), room)),
        accepted -> Answers.index(StatusCodes.OK, accepted),
        reason -> Rejections.of(reason, room).response());
  }

  /** {@code PUT /v1/rooms/{room}/topic}. */
  CompletionStage<HttpResponse> setTopic(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    String id = Fields.idempotencyKeyOrNew(request);
    return members.changeByBody(
        request,
        List.of("topic"),
        (caller, fields) ->
            new PeopleCommand.SetTopic(
                id,
                caller.seat(),
                room,
                Fields.requireText("topic", fields.required("topic"), MAX_TOPIC_LENGTH)),
        accepted -> Answers.index(StatusCodes.OK, accepted),
        reason -> Rejections.of(reason, room).response());
  }

  /** {@code PUT /v1/rooms/{room}/messages/{id}}. */
  CompletionStage<HttpResponse> say(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    String id = Fields.requireId("id", path.getLast());
    return members.changeByBody(
        request,
        List.of("text"),
        (caller, fields) ->
            new PeopleCommand.AsMember(
                caller.seat(),
                new ChatCommand.Chat(
                    id, caller.name(), fields.text("text", settings.maxTextLength()), room)),
        Answers::createdOrReplayed,
        reason -> Rejections.of(reason, room).response());
  }

  /** {@code GET /v1/rooms/{room}/messages}. */
  CompletionStage<HttpResponse> read(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    Parameters parameters = Parameters.of(request, Pages.PARAMETERS);
    PageRequest page = Pages.requested(parameters);
    return access
        .reader(request)
        .thenCompose(reader -> freshness.awaitAsked(request, parameters))
        .thenApplyAsync(fresh -> queries.room(room, page), blocking)
        .thenApply(
            found ->
                found
                    .map(
                        messages ->
                            Pages.response(page, messages, m -> m.index(), Json::writeEvent))
                    .orElseGet(
                        () -> Rejections.of(ChatResult.Reason.UNKNOWN_ROOM, room).response()));
  }

  /** {@code DELETE /v1/rooms/{room}/messages/{id}}. */
  CompletionStage<HttpResponse> takeBack(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    String id = Fields.requireId("id", path.getLast());
    return members.change(
        request,
        caller -> new PeopleCommand.DeleteMessage(caller.seat(), room, id),
        accepted -> Answers.index(StatusCodes.OK, accepted),
        reason -> Rejections.of(reason, room).response());
  }

  /** {@code PUT /v1/rooms/{room}/read-marker}. */
  CompletionStage<HttpResponse> markRead(HttpRequest request, List<String> path) {
    String room = Fields.requireName("room", path.getFirst());
    return members.changeByBody(
        request,
        List.of("index"),
        (caller, fields) ->
            new PeopleCommand.MoveMarker(
                caller.seat(), new Conversation.InRoom(room), fields.number("index")),
        accepted -> Answers.index(StatusCodes.OK, accepted),
        reason -> Rejections.of(reason, room).response());
  }
}
