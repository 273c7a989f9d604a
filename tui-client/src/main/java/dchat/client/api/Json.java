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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    if (!event.type().textField().isEmpty()) {
      node.put(event.type().textField(), event.text());
    }
    if (event.isTakenBack()) {
      node.put("deleted", true);
    }
    node.put("room", event.room());
    node.put("id", event.id());
    node.put("at", event.at().toString());
    switch (event.standing()) {
      case GUEST -> {}
      case MEMBER -> node.put("member", true);
      case GONE -> node.put("gone", true);
    }
    return node.toString();
  }

  /** The body of {@code POST /chat}. */
  static String write(Command command, String type, String room) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", type);
    node.put("user", command.user());
    if (command instanceof Command.Say say) {
      node.put("text", say.text());
    }
    node.put("room", room);
    node.put("id", command.id());
    return node.toString();
  }

  /** An object of fields that are texts. */
  static String of(String... namesAndValues) {
    ObjectNode node = MAPPER.createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      node.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return node.toString();
  }

  static String signIn(String name, String password, boolean takeover) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", name).put("password", password).put("takeover", takeover);
    return node.toString();
  }

  static String index(long index) {
    return MAPPER.createObjectNode().put("index", index).toString();
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
                text(node, known.textField()),
                text(node, "room"),
                text(node, "id"),
                instant(node, "at"),
                standing(node)));
      }
    }
    return Optional.empty();
  }

  private static ChatEvent.Standing standing(JsonNode node) {
    return node.path("gone").asBoolean()
        ? ChatEvent.Standing.GONE
        : node.path("member").asBoolean() ? ChatEvent.Standing.MEMBER : ChatEvent.Standing.GUEST;
  }

  /** Empty for anything but a line from one to another. */
  static Optional<DirectMessage> direct(JsonNode node) {
    return Optional.of(node)
        .filter(n -> text(n, "type").equals("dm") && n.path("index").isIntegralNumber())
        .map(
            n ->
                new DirectMessage(
                    n.path("index").asLong(),
                    text(n, "id"),
                    text(n, "from"),
                    text(n, "to"),
                    text(n, "text"),
                    instant(n, "at")));
  }

  /** That a read marker has moved. */
  static StreamEvent read(JsonNode node) {
    long marker = node.path("marker").asLong();
    return optional(node, "room")
        .<StreamEvent>map(room -> new StreamEvent.ReadRoom(room, marker))
        .orElseGet(() -> new StreamEvent.ReadDirect(text(node, "user"), marker));
  }

  static Unread unread(JsonNode node) {
    List<Unread.InRoom> rooms = new ArrayList<>();
    node.path("rooms")
        .forEach(r -> rooms.add(new Unread.InRoom(text(r, "room"), count(r), orMore(r))));
    List<Unread.InDirect> directs = new ArrayList<>();
    node.path("dms")
        .forEach(
            d ->
                directs.add(
                    new Unread.InDirect(
                        text(d, "user"),
                        d.path("gone").asBoolean(),
                        d.path("lastIndex").asLong(),
                        count(d),
                        orMore(d))));
    return new Unread(rooms, directs);
  }

  private static int count(JsonNode node) {
    return Math.max(0, node.path("unread").asInt());
  }

  private static boolean orMore(JsonNode node) {
    return node.path("orMore").asBoolean();
  }

  static ActivePeople people(JsonNode node) {
    List<String> connected = new ArrayList<>();
    node.path("connected").forEach(name -> connected.add(name.asText()));
    Map<String, Instant> spoke = new HashMap<>();
    node.path("spoke").forEach(s -> spoke.put(text(s, "user"), instant(s, "at")));
    return new ActivePeople(connected, spoke);
  }

  static StreamEvent.Snapshot snapshot(JsonNode node) {
    List<Room> rooms = new ArrayList<>();
    node.path("rooms")
        .forEach(
            r -> rooms.add(new Room(text(r, "name"), instant(r, "createdAt"), text(r, "topic"))));
    List<ChatEvent> lines = new ArrayList<>();
    node.path("lines").forEach(line -> event(line).ifPresent(lines::add));
    return new StreamEvent.Snapshot(
        node.path("cursor").asLong(),
        rooms,
        lines,
        Optional.of(node.path("unread")).filter(JsonNode::isObject).map(Json::unread));
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
