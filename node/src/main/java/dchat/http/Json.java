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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

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
    if (event.text().isPresent()) {
      json.writeStringField("text", event.text().get());
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
}
