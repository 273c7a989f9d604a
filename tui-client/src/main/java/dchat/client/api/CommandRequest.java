package dchat.client.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A {@link Command} as a request to the leader. */
final class CommandRequest {
  private CommandRequest() {}

  static ToLeader of(Command command, Duration patience) {
    return switch (command) {
      case Command.Say say -> chat(say, "chat", say.room(), patience);
      case Command.AddRoom add -> chat(add, "room_add", add.room(), patience);
      case Command.DeleteRoom delete -> chat(delete, "room_delete", delete.room(), patience);
      case Command.Direct dm ->
          ToLeader.of("PUT", "/v1/dms/" + dm.to() + "/messages/" + path(dm.id()), patience)
              .body(Json.of("text", dm.text()));
      case Command.SetTopic topic ->
          ToLeader.of("PUT", "/v1/rooms/" + topic.room() + "/topic", patience)
              .key(topic.id())
              .body(Json.of("topic", topic.topic()));
      case Command.TakeBack back ->
          ToLeader.of(
              "DELETE", "/v1/rooms/" + back.room() + "/messages/" + path(back.message()), patience);
      case Command.TakeBackDirect back ->
          ToLeader.of(
              "DELETE",
              "/v1/dms/" + back.partner() + "/messages/" + path(back.message()),
              patience);
    };
  }

  /** An id as a part of a path; it may have any visible ASCII character. */
  private static String path(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  private static ToLeader chat(Command command, String type, String room, Duration patience) {
    return ToLeader.of("POST", "/chat", patience).body(Json.write(command, type, room));
  }
}
