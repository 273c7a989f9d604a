package dchat.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.history.Content.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A history as text, one JSON object per line: {@code type}, {@code process}, {@code f}, {@code
 * room}, {@code value}, {@code index} and {@code time} (nanoseconds). Of a read of a whole room
 * value and index are arrays; of one that begins the index is what it has to see at least, null if
 * it has to be linearizable.
 */
public final class HistoryLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFactory FACTORY = JSON.getFactory();

  private HistoryLines() {}

  /** Without the end of the line. */
  public static String write(Event event) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("type", name(event.type()));
      json.writeNumberField("process", event.process());
      json.writeStringField("f", name(event.function()));
      json.writeStringField("room", event.room());
      write(json, event.content());
      json.writeNumberField("time", event.timeNanos());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException if a line isn't an event
   */
  public static List<Event> read(Path file) {
    List<Event> events = new ArrayList<>();
    Map<Line, Line> lines = new HashMap<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        events.add(read(text, lines));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Event read(String text) {
    return read(text, new HashMap<>());
  }

  /**
   * @param known lines read so far: rooms are read so often that each line has to be kept once
   */
  private static Event read(String text, Map<Line, Line> known) {
    try {
      JsonNode json = JSON.readTree(text);
      return new Event(
          Event.Type.valueOf(upper(json, "type")),
          json.required("process").intValue(),
          Event.Function.valueOf(upper(json, "f")),
          json.required("room").textValue(),
          content(json.required("value"), json.required("index"), known),
          json.required("time").longValue());
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("no event: " + text, e);
    }
  }

  private static void write(JsonGenerator json, Content content) throws IOException {
    switch (content) {
      case Content.None ignored -> {
        json.writeNullField("value");
        json.writeNullField("index");
      }
      case Content.AtLeast(long index) -> {
        json.writeNullField("value");
        json.writeNumberField("index", index);
      }
      case Content.Sent(String value) -> {
        json.writeStringField("value", value);
        json.writeNullField("index");
      }
      case Line(String value, long index) -> {
        json.writeStringField("value", value);
        json.writeNumberField("index", index);
      }
      case Content.Lines(List<Line> lines) -> {
        json.writeArrayFieldStart("value");
        for (Line line : lines) {
          json.writeString(line.value());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("index");
        for (Line line : lines) {
          json.writeNumber(line.index());
        }
        json.writeEndArray();
      }
    }
  }

  private static Content content(JsonNode value, JsonNode index, Map<Line, Line> known) {
    if (value.isArray()) {
      List<Line> lines = new ArrayList<>(value.size());
      for (int i = 0; i < value.size(); i++) {
        lines.add(line(value.get(i), index.required(i), known));
      }
      return new Content.Lines(lines);
    }
    if (value.isNull()) {
      return index.isNull() ? new Content.None() : new Content.AtLeast(index.longValue());
    }
    return index.isNull() ? new Content.Sent(value.textValue()) : line(value, index, known);
  }

  private static Line line(JsonNode value, JsonNode index, Map<Line, Line> known) {
    Line line = new Line(value.textValue(), index.longValue());
    Line earlier = known.putIfAbsent(line, line);
    return earlier == null ? line : earlier;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String upper(JsonNode json, String field) {
    return json.required(field).asText().toUpperCase(Locale.ROOT);
  }
}
