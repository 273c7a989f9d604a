package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads a stream of server-sent events one by one. */
final class EventReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  record Event(String type, Optional<String> id, JsonNode data) {}

  EventReader(HttpResponse<InputStream> response) {
    this.response = response;
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /** The next event of any type; empty at the end of the stream. */
  Optional<Event> next() throws IOException {
    String type = "message";
    Optional<String> id = Optional.empty();
    Optional<String> data = Optional.empty();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        return Optional.of(new Event(type, id, JSON.readTree(data.orElseThrow())));
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = Optional.of(line.substring(4));
      } else if (line.startsWith("data: ")) {
        assertThat(data).as("one line of data").isEmpty();
        data = Optional.of(line.substring(6));
      } else {
        throw new AssertionError("not a line of an event: " + line);
      }
    }
    return Optional.empty();
  }

  /** The next event that isn't of type {@code cluster}. */
  Event nextChange() throws IOException {
    while (true) {
      Event event = next().orElseThrow(() -> new AssertionError("the stream ended"));
      if (!event.type().equals("cluster")) {
        return event;
      }
    }
  }

  /** The next event of type {@code cluster}. */
  Event nextCluster() throws IOException {
    while (true) {
      Event event = next().orElseThrow(() -> new AssertionError("the stream ended"));
      if (event.type().equals("cluster")) {
        return event;
      }
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
