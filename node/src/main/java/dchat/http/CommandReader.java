package dchat.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dchat.chat.ChatCommand;
import dchat.chat.Room;
import dchat.chat.TimeOrderedIds;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the body of {@code POST /chat}. Everything that can be said about a command without knowing
 * the state of the chat is said here, so that it never enters the log.
 */
final class CommandReader {
  private static final List<String> FIELDS = List.of("type", "id", "user", "room", "text");

  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system());
  private final int maxTextLength;

  /**
   * @param maxTextLength in Unicode characters
   */
  CommandReader(int maxTextLength) {
    this.maxTextLength = maxTextLength;
  }

  /**
   * @throws ProblemException if the body isn't a valid command
   */
  ChatCommand read(byte[] body) {
    return parse(body, json -> command(fields(json)));
  }

  /** Whether the body is meant to be a list of commands. */
  static boolean isList(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '[';
      }
    }
    return false;
  }

  /**
   * Each of them has to carry an id: if only some have taken effect, all are sent again.
   *
   * @throws ProblemException if the body isn't a list of valid commands; names the first that isn't
   */
  List<ChatCommand> readList(byte[] body) {
    return parse(
        body,
        json -> {
          List<ChatCommand> commands = new ArrayList<>();
          while (json.nextToken() != JsonToken.END_ARRAY) {
            commands.add(element(json, commands.size()));
          }
          if (commands.isEmpty()) {
            throw malformed("There is no command in the list.");
          }
          return commands;
        });
  }

  private ChatCommand element(JsonParser json, int position) throws IOException {
    try {
      Map<String, String> fields = fields(json);
      required(fields, "id");
      return command(fields);
    } catch (ProblemException e) {
      throw e.problem().inList(position).asException();
    }
  }

  private ChatCommand command(Map<String, String> fields) {
    String type = required(fields, "type");
    ChatCommand command =
        switch (type) {
          case "chat" ->
              new ChatCommand.Chat(
                  id(fields), name(fields, "user"), text(fields), name(fields, "room"));
          case "room_add" ->
              new ChatCommand.RoomAdd(id(fields), name(fields, "user"), name(fields, "room"));
          case "room_delete" ->
              new ChatCommand.RoomDelete(id(fields), name(fields, "user"), name(fields, "room"));
          default ->
              throw Problem.ofField(
                      ProblemType.UNKNOWN_TYPE,
                      "type",
                      "type must be chat, room_add or room_delete.")
                  .asException();
        };
    if (fields.containsKey("text") && !(command instanceof ChatCommand.Chat)) {
      throw Problem.ofField(
              ProblemType.UNKNOWN_FIELD, "text", "A command of type " + type + " has no text.")
          .asException();
    }
    if (command instanceof ChatCommand.RoomDelete && command.room().equals(Room.GENERAL)) {
      throw Problem.ofField(
              ProblemType.ROOM_PROTECTED, "room", "The room general can't be deleted.")
          .asException();
    }
    return command;
  }

  private interface Content<T> {
    /** The parser stands at the first token. */
    T of(JsonParser json) throws IOException;
  }

  private static <T> T parse(byte[] body, Content<T> content) {
    try (JsonParser json = Json.factory().createParser(body)) {
      json.nextToken();
      T read = content.of(json);
      if (json.nextToken() != null) {
        throw malformed("There is something after the JSON value.");
      }
      return read;
    } catch (JacksonException e) {
      throw Json.malformed(e);
    } catch (IOException e) {
      throw malformed(e.getMessage());
    }
  }

  private static Map<String, String> fields(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw malformed("A command must be a JSON object.");
    }
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      readField(json, fields);
    }
    return fields;
  }

  private static void readField(JsonParser json, Map<String, String> fields) throws IOException {
    String name = json.currentName();
    if (!FIELDS.contains(name)) {
      // Passing it over would, say, lose the safety of a retry to a misspelt "id".
      throw Problem.ofField(
              ProblemType.UNKNOWN_FIELD,
              shortened(name),
              "Fields are " + String.join(", ", FIELDS) + ".")
          .asException();
    }
    JsonToken token = json.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.VALUE_STRING) {
      throw Problem.ofField(ProblemType.WRONG_FIELD_TYPE, name, name + " must be a string.")
          .asException();
    }
    if (fields.put(name, json.getText()) != null) {
      throw Problem.ofField(ProblemType.DUPLICATE_FIELD, name, name + " is there twice.")
          .asException();
    }
  }

  private static String required(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw Problem.ofField(ProblemType.MISSING_FIELD, name, name + " is missing.").asException();
    }
    if (value.isBlank()) {
      throw Problem.ofField(ProblemType.BLANK_FIELD, name, name + " is blank.").asException();
    }
    return value;
  }

  private static String name(Map<String, String> fields, String field) {
    return Fields.requireName(field, required(fields, field));
  }

  private String id(Map<String, String> fields) {
    return fields.containsKey("id") ? Fields.requireId("id", required(fields, "id")) : ids.next();
  }

  private String text(Map<String, String> fields) {
    return Fields.requireText("text", required(fields, "text"), maxTextLength);
  }

  private static ProblemException malformed(String detail) {
    return Problem.of(ProblemType.MALFORMED_JSON, detail).asException();
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }
}
