package dchat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dchat.chat.ChatEvent;
import dchat.chat.ChatQueries.Snapshot;
import dchat.chat.Happening;
import dchat.chat.PersonalEvent;
import dchat.chat.PersonalQueries;
import dchat.chat.Room;
import dchat.raft.Member;
import dchat.raft.RaftStatus;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Server-sent events as bytes. Only what moves a reader's position carries an {@code id}. */
final class EventFrames {
  private EventFrames() {}

  static ByteString event(Happening happening) {
    return switch (happening) {
      case ChatEvent event -> everybodys(event);
      case PersonalEvent event ->
          frame(
              Optional.of(event.index()),
              Json.typeOf(event),
              Json.write(json -> Json.writePersonal(json, event)));
    };
  }

  /** Tells a stream's reader that its session is over, and the stream with it. */
  static ByteString sessionEnded(Problem why) {
    var body = Json.object();
    body.put("code", why.type().code);
    body.put("detail", why.detail());
    return frame(Optional.empty(), "session-ended", Json.bytes(body));
  }

  private static ByteString everybodys(ChatEvent event) {
    return frame(
        Optional.of(event.index()),
        event.type().wireName(),
        Json.write(json -> Json.writeEvent(json, event)));
  }

  static ByteString snapshot(Snapshot snapshot) {
    return snapshot(snapshot, Optional.empty());
  }

  /**
   * @param unread of who is signed in
   */
  static ByteString snapshot(Snapshot snapshot, Optional<PersonalQueries.Unread> unread) {
    return frame(
        Optional.of(snapshot.cursor()),
        "snapshot",
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeNumberField("cursor", snapshot.cursor());
              json.writeArrayFieldStart("rooms");
              for (Room room : snapshot.rooms()) {
                json.writeStartObject();
                Json.writeRoom(json, room);
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeArrayFieldStart("lines");
              for (ChatEvent line : snapshot.lines()) {
                Json.writeEvent(json, line);
              }
              json.writeEndArray();
              if (unread.isPresent()) {
                json.writeFieldName("unread");
                Json.writeUnread(json, unread.get());
              }
              json.writeEndObject();
            }));
  }

  static ByteString cluster(RaftStatus status) {
    var body = Json.object();
    body.put("node", status.self().value());
    body.put("leader", status.leader().map(Member::id).map(id -> id.value()).orElse(null));
    body.put("term", status.term());
    body.put("commitIndex", status.commitIndex());
    body.put("appliedIndex", status.appliedIndex());
    // So that who reads along knows where to go when this node goes, whoever has come or gone.
    ArrayNode nodes = body.putArray("nodes");
    status.membership().members().stream()
        .flatMap(member -> member.clientUrl().stream())
        .forEach(nodes::add);
    return frame(Optional.empty(), "cluster", Json.bytes(body));
  }

  static ByteString resync(long keptAfter) {
    return frame(Optional.empty(), "resync", Json.bytes(Json.object().put("keptAfter", keptAfter)));
  }

  private static ByteString frame(Optional<Long> id, String event, byte[] data) {
    String head =
        id.map(index -> "id: " + index + "\n").orElse("") + "event: " + event + "\ndata: ";
    return ByteString.fromString(head, StandardCharsets.US_ASCII)
        .concat(ByteString.fromArrayUnsafe(data))
        .concat(ByteString.fromString("\n\n", StandardCharsets.US_ASCII))
        .compact();
  }
}
