package dchat.client.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events out of bytes, however they are cut into pieces. Follows the HTML standard's
 * grammar as far as servers use it: comments, LF or CRLF line ends, data over several lines.
 */
final class SseParser {
  /** One event: its type, its id (empty when it had none) and its data. */
  record Frame(String event, String id, String data) {}

  /** A line longer than this is no chat event but an attack or a mistake. */
  private static final int LONGEST_LINE_BYTES = 64 * 1024 * 1024;

  private final Consumer<Frame> frames;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private String event = "";
  private String id = "";

  SseParser(Consumer<Frame> frames) {
    this.frames = frames;
  }

  void feed(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == '\n') {
        endOfLine();
      } else if (line.size() < LONGEST_LINE_BYTES) {
        line.write(b);
      } else {
        throw new IOException("a line of the event stream is too long");
      }
    }
  }

  private void endOfLine() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (text.endsWith("\r")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty()) {
      endOfFrame();
      return;
    }
    int colon = text.indexOf(':');
    String field = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    if (value.startsWith(" ")) {
      value = value.substring(1);
    }
    switch (field) {
      case "event" -> event = value;
      case "id" -> id = value;
      case "data" -> data.append(value).append('\n');
      default -> {
        // A comment, or a field of a later standard.
      }
    }
  }

  private void endOfFrame() {
    if (!event.isEmpty() || !data.isEmpty()) {
      String text = data.isEmpty() ? "" : data.substring(0, data.length() - 1);
      frames.accept(new Frame(event, id, text));
    }
    event = "";
    id = "";
    data.setLength(0);
  }
}
