package dchat.client.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The bodies of the HTTP API as records. Unknown fields are passed over, missing ones are empty.
 */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The JSON of an event, as the nodes write it. */
  static String write(ChatEvent event) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("index", event.index());
    node.put("type", event.type().wireName());
    node.put("user", event.user());
    if (event.type() == ChatEvent.Type.CHAT) {
      node.put("text", event.text());
    }
    node.put("room", event.room());
    node.put("id", event.id());
    node.put("at", event.at().toString());
    return node.toString();
  }

  static String write(Command command) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", type(command).wireName());
    node.put("user", command.user());
    if (command instanceof Command.Say say) {
      node.put("text", say.text());
    }
    node.put("room", command.room());
    node.put("id", command.id());
    return node.toString();
  }

  static ObjectNode credentials(String name, String password) {
    return MAPPER.createObjectNode().put("name", name).put("password", password);
  }

  private static ChatEvent.Type type(Command command) {
    return switch (command) {
      case Command.Say s -> ChatEvent.Type.CHAT;
      case Command.AddRoom a -> ChatEvent.Type.ROOM_ADD;
      case Command.DeleteRoom d -> ChatEvent.Type.ROOM_DELETE;
    };
  }

  /** The tree of a body, or empty when it isn't JSON. */
  static Optional<JsonNode> tree(String body) {
    try {
      return Optional.ofNullable(MAPPER.readTree(body)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static JsonNode nothing() {
    return MAPPER.createObjectNode();
  }

  /** Empty for an event of a type this client doesn't know. */
  static Optional<ChatEvent> event(JsonNode node) {
    String type = text(node, "type");
    for (ChatEvent.Type known : ChatEvent.Type.values()) {
      if (known.wireName().equals(type) && node.path("index").isIntegralNumber()) {
        return Optional.of(
            new ChatEvent(
                node.path("index").asLong(),
                known,
                text(node, "user"),
                text(node, "text"),
                text(node, "room"),
                text(node, "id"),
                instant(node, "at")));
      }
    }
    return Optional.empty();
  }

  static StreamEvent.Snapshot snapshot(JsonNode node) {
    List<Room> rooms = new ArrayList<>();
    node.path("rooms").forEach(r -> rooms.add(new Room(text(r, "name"), instant(r, "createdAt"))));
    List<ChatEvent> lines = new ArrayList<>();
    node.path("lines").forEach(line -> event(line).ifPresent(lines::add));
    return new StreamEvent.Snapshot(node.path("cursor").asLong(), rooms, lines);
  }

  static StreamEvent.Heartbeat heartbeat(JsonNode node) {
    return new StreamEvent.Heartbeat(
        text(node, "node"),
        optional(node, "leader"),
        node.path("term").asLong(),
        node.path("commitIndex").asLong(),
        node.path("appliedIndex").asLong());
  }

  /** Where the members are, as a {@code cluster} event tells it; empty if it doesn't. */
  static List<URI> nodes(JsonNode event) {
    List<URI> nodes = new ArrayList<>();
    event.path("nodes").forEach(url -> Addresses.parse(url.asText()).ifPresent(nodes::add));
    return nodes;
  }

  static String write(ClusterChange.Add add) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("raft", add.raft());
    add.http().ifPresent(url -> node.put("http", url.toString()));
    return node.toString();
  }

  static String write(ClusterChange.Transfer transfer) {
    ObjectNode node = MAPPER.createObjectNode();
    transfer.to().ifPresent(id -> node.put("to", id));
    return node.toString();
  }

  static ClusterStatus status(JsonNode node) {
    List<ClusterStatus.Member> members = new ArrayList<>();
    node.path("members").forEach(m -> members.add(member(m)));
    return new ClusterStatus(
        text(node, "node"),
        text(node, "role"),
        optional(node, "leader"),
        node.path("term").asLong(),
        node.path("commitIndex").asLong(),
        node.path("appliedIndex").asLong(),
        node.path("lastLogIndex").asLong(),
        optional(node, "trouble"),
        members);
  }

  private static ClusterStatus.Member member(JsonNode node) {
    return new ClusterStatus.Member(
        text(node, "id"),
        text(node, "suffrage"),
        text(node, "raft"),
        optional(node, "http").flatMap(Addresses::parse),
        node.path("leader").asBoolean(),
        number(node, "matchIndex"),
        number(node, "lag"),
        number(node, "lastContactMs"),
        node.path("reachable").isBoolean()
            ? Optional.of(node.path("reachable").asBoolean())
            : Optional.empty());
  }

  /** Hands each event of a JSON array to {@code each} as it is read; memory stays constant. */
  static void events(InputStream body, Consumer<ChatEvent> each) throws IOException {
    try (JsonParser parser = MAPPER.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("the answer is no JSON array");
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode node = MAPPER.readTree(parser);
        event(node).ifPresent(each);
      }
      if (parser.currentToken() != JsonToken.END_ARRAY) {
        throw new IOException("the answer ends in the middle");
      }
    }
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  static Optional<String> optional(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() && !value.asText().isEmpty()
        ? Optional.of(value.asText())
        : Optional.empty();
  }

  private static OptionalLong number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isIntegralNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }

  private static Instant instant(JsonNode node, String field) {
    try {
      return Instant.parse(text(node, field));
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
