package dchat.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatEvent;
import dchat.chat.Conversation;
import dchat.chat.PersonalEvent;
import dchat.chat.PersonalQueries;
import dchat.chat.Room;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** How the API writes JSON. */
final class Json {
  /** Separators between values are written by who writes the values. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(new JsonFactoryBuilder().rootValueSeparator("").build()).build();

  private static final ObjectReader STRICT =
      MAPPER
          .readerFor(JsonNode.class)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Always with milliseconds, so that times line up and sort as text. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Json() {}

  static JsonFactory factory() {
    return MAPPER.getFactory();
  }

  /**
   * @throws ProblemException if it isn't one JSON object
   */
  static ObjectNode readObject(byte[] body) {
    try {
      if (STRICT.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
    throw Problem.of(ProblemType.MALFORMED_JSON, "The body must be a JSON object.").asException();
  }

  /** Without what the exception quotes of the body, beyond the place. */
  static ProblemException malformed(JacksonException e) {
    return Problem.of(
            ProblemType.MALFORMED_JSON,
            Optional.ofNullable(e.getLocation())
                .map(
                    at ->
                        "Not valid JSON at line %d, column %d."
                            .formatted(at.getLineNr(), at.getColumnNr()))
                .orElse("Not valid JSON."))
        .asException();
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(ObjectNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /** What {@link #write} needs: something that writes JSON. */
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  static byte[] write(Writing content) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = factory().createGenerator(bytes)) {
      content.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
    return bytes.toByteArray();
  }

  static void writeEvent(JsonGenerator json, ChatEvent event) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", event.index());
    json.writeStringField("type", event.type().wireName());
    json.writeStringField("user", event.user());
    switch (event.type()) {
      case CHAT -> {
        json.writeStringField("text", event.text().orElse(""));
        if (event.text().isEmpty()) {
          json.writeBooleanField("deleted", true);
        }
      }
      case ROOM_TOPIC -> json.writeStringField("topic", event.text().orElse(""));
      case MESSAGE_DELETE -> json.writeStringField("message", event.text().orElse(""));
      case ROOM_ADD, ROOM_DELETE -> {}
    }
    json.writeStringField("room", event.room());
    json.writeStringField("id", event.id());
    json.writeStringField("at", time(event.atMillis()));
    switch (event.standing()) {
      case GUEST -> {}
      case MEMBER -> json.writeBooleanField("member", true);
      case GONE -> json.writeBooleanField("gone", true);
    }
    json.writeEndObject();
  }

  static void writePersonal(JsonGenerator json, PersonalEvent event) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", event.index());
    json.writeStringField("type", typeOf(event));
    switch (event) {
      case PersonalEvent.Direct dm -> {
        json.writeStringField("from", dm.fromName());
        json.writeStringField("to", dm.toName());
        json.writeStringField("text", dm.text());
        json.writeStringField("id", dm.id());
        json.writeStringField("at", time(dm.atMillis()));
      }
      case PersonalEvent.DirectDeleted deleted -> {
        json.writeStringField("from", deleted.fromName());
        json.writeStringField("to", deleted.toName());
        json.writeStringField("message", deleted.messageId());
        json.writeStringField("at", time(deleted.atMillis()));
      }
      case PersonalEvent.MarkerMoved moved -> {
        switch (moved.conversation()) {
          case Conversation.InRoom(String room) -> json.writeStringField("room", room);
          case Conversation.With(long partner, String name) -> json.writeStringField("user", name);
        }
        json.writeNumberField("marker", moved.marker());
      }
      case PersonalEvent.SessionsChanged changed -> {}
    }
    json.writeEndObject();
  }

  static String typeOf(PersonalEvent event) {
    return switch (event) {
      case PersonalEvent.Direct dm -> "dm";
      case PersonalEvent.DirectDeleted deleted -> "dm_delete";
      case PersonalEvent.MarkerMoved moved -> "read";
      case PersonalEvent.SessionsChanged changed -> "session";
    };
  }

  /** How much is unread, by conversation. */
  static void writeUnread(JsonGenerator json, PersonalQueries.Unread unread) throws IOException {
    json.writeStartObject();
    json.writeNumberField("cursor", unread.cursor());
    json.writeArrayFieldStart("rooms");
    for (PersonalQueries.RoomUnread room : unread.rooms()) {
      json.writeStartObject();
      json.writeStringField("room", room.room().name());
      writeCount(json, room.unread());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("dms");
    for (PersonalQueries.DirectUnread direct : unread.directs()) {
      writeDirect(json, direct);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static void writeDirect(JsonGenerator json, PersonalQueries.DirectUnread direct)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("user", direct.name());
    if (direct.gone()) {
      json.writeBooleanField("gone", true);
    }
    json.writeNumberField("lastIndex", direct.lastIndex());
    writeCount(json, direct.unread());
    json.writeEndObject();
  }

  /** A count that went to its bound says that there may be more. */
  static void writeCount(JsonGenerator json, int unread) throws IOException {
    json.writeNumberField("unread", unread);
    if (unread == PersonalQueries.MAX_UNREAD) {
      json.writeBooleanField("orMore", true);
    }
  }

  static void writeRoom(JsonGenerator json, Room room) throws IOException {
    json.writeStringField("name", room.name());
    json.writeStringField("createdAt", time(room.createdAtMillis()));
    json.writeStringField("topic", room.topic());
  }

  static HttpResponse response(Writing content) {
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, write(content));
  }
}
