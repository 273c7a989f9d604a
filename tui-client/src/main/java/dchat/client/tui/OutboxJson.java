package dchat.client.tui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.client.api.Command;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An outbox as a file holds it: for which cluster, and the lines in the order they were typed.
 *
 * @param nodes addresses at which the cluster was known
 */
record OutboxJson(List<URI> nodes, List<Pending> lines) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int VERSION = 1;

  OutboxJson {
    nodes = List.copyOf(nodes);
    lines = List.copyOf(lines);
  }

  String write() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("version", VERSION);
    ArrayNode addresses = root.putArray("nodes");
    nodes.forEach(node -> addresses.add(node.toString()));
    ArrayNode all = root.putArray("lines");
    lines.forEach(line -> write(all.addObject(), line));
    return root.toPrettyString() + "\n";
  }

  private static void write(ObjectNode node, Pending line) {
    node.put("id", line.id());
    node.put("user", line.command().user());
    switch (line.command()) {
      case Command.Say say ->
          node.put("type", "say").put("room", say.room()).put("text", say.text());
      case Command.Direct dm ->
          node.put("type", "direct").put("to", dm.to()).put("text", dm.text());
      case Command.AddRoom add -> node.put("type", "add-room").put("room", add.room());
      case Command.DeleteRoom d -> throw new IllegalArgumentException("not kept: " + d);
      case Command.SetTopic t -> throw new IllegalArgumentException("not kept: " + t);
      case Command.TakeBack b -> throw new IllegalArgumentException("not kept: " + b);
      case Command.TakeBackDirect b -> throw new IllegalArgumentException("not kept: " + b);
    }
    node.put("mayBeCommitted", line.mayBeCommitted());
    line.rejection().ifPresent(reason -> node.put("rejection", reason));
  }

  /** What a file says; empty when it isn't, or isn't all, what {@link #write} writes. */
  static Optional<OutboxJson> read(String text) {
    try {
      JsonNode root = MAPPER.readTree(text);
      if (root.path("version").asInt() != VERSION
          || !root.path("nodes").isArray()
          || !root.path("lines").isArray()) {
        return Optional.empty();
      }
      List<URI> nodes = new ArrayList<>();
      for (JsonNode node : root.path("nodes")) {
        nodes.add(URI.create(node.asText()));
      }
      List<Pending> lines = new ArrayList<>();
      for (JsonNode node : root.path("lines")) {
        Optional<Pending> line = line(node);
        if (line.isEmpty()) {
          return Optional.empty();
        }
        lines.add(line.get());
      }
      return Optional.of(new OutboxJson(nodes, lines));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Pending> line(JsonNode node) {
    String id = node.path("id").asText("");
    String user = node.path("user").asText("");
    String where = node.path(node.has("to") ? "to" : "room").asText("");
    // The file is from outside like everything else: what it says reaches the screen.
    String said = Sanitizer.text(node.path("text").asText(""));
    if (id.isBlank() || !Keys.NAME.matcher(user).matches() || !Keys.NAME.matcher(where).matches()) {
      return Optional.empty();
    }
    return command(node.path("type").asText(""), id, user, where, said)
        .map(
            command ->
                Pending.kept(
                    command,
                    node.path("mayBeCommitted").asBoolean(),
                    Optional.ofNullable(node.get("rejection"))
                        .map(reason -> Sanitizer.line(reason.asText("")))));
  }

  private static Optional<Command> command(
      String type, String id, String user, String where, String said) {
    return switch (type) {
      case "say" ->
          said.isBlank() ? Optional.empty() : Optional.of(new Command.Say(id, user, where, said));
      case "direct" ->
          said.isBlank()
              ? Optional.empty()
              : Optional.of(new Command.Direct(id, user, where, said));
      case "add-room" -> Optional.of(new Command.AddRoom(id, user, where));
      default -> Optional.empty();
    };
  }
}
