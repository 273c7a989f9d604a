package dchat.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.history.Content.Line;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A chat client that writes down what it asks for and what it is told. It says failed only of what
 * certainly had no effect, and takes another process number when it can't know.
 */
public final class RecordingClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_HOPS = 3;
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  /** What became of one request to send a line. */
  private sealed interface Attempt {
    record Acknowledged(long index) implements Attempt {}

    record Redirected(Optional<URI> to) implements Attempt {}

    /** It had no effect and will have none. */
    record Refused() implements Attempt {}

    record Unknown() implements Attempt {}
  }

  private final Recorder recorder;
  private final HttpClient http;
  private final List<URI> nodes;
  private final Duration patience;
  private int process;
  private int next;
  private Optional<URI> redirected = Optional.empty();
  private long known;

  /**
   * @param nodes their base URLs
   * @param patience how long it waits for one answer
   */
  public RecordingClient(Recorder recorder, HttpClient http, List<URI> nodes, Duration patience) {
    this.recorder = recorder;
    this.http = http;
    this.nodes = nodes;
    this.patience = patience;
    this.process = recorder.newProcess();
    this.next = process % nodes.size();
  }

  /** The highest index it was told of. */
  long known() {
    return known;
  }

  /** It has heard of this index from somebody else. */
  void knows(long index) {
    known = Math.max(known, index);
  }

  // --- sending

  /**
   * Sends a line, wherever the leader is.
   *
   * @param again asked after each attempt whose outcome isn't known, or that was refused, whether
   *     to try again: with the same id, so it is one operation
   */
  void send(Event.Function function, String room, String value, BooleanSupplier again) {
    record(Event.Type.INVOKE, function, room, new Content.Sent(value));
    boolean perhaps = false;
    do {
      switch (sendOnce(room, value)) {
        case Attempt.Acknowledged(long index) -> {
          record(Event.Type.OK, function, room, new Line(value, index));
          knows(index);
          return;
        }
        case Attempt.Redirected ignored -> pause();
        case Attempt.Refused ignored -> elsewhere();
        case Attempt.Unknown ignored -> {
          perhaps = true;
          elsewhere();
        }
      }
    } while (again.getAsBoolean());
    record(perhaps ? Event.Type.INFO : Event.Type.FAIL, function, room, new Content.Sent(value));
  }

  private Attempt sendOnce(String room, String value) {
    Map<String, String> line =
        Map.of("type", "chat", "user", "p" + process, "text", value, "room", room, "id", value);
    return post(line);
  }

  /**
   * Tries to make a room, which is no part of the history.
   *
   * @return whether it is there for certain
   */
  boolean makeRoom(String room) {
    Attempt attempt =
        post(Map.of("type", "room_add", "user", "p" + process, "room", room, "id", "room-" + room));
    if (attempt instanceof Attempt.Acknowledged(long index)) {
      knows(index);
      return true;
    }
    elsewhere();
    return false;
  }

  /** One request, and where it is sent on to. */
  private Attempt post(Map<String, String> command) {
    Attempt attempt = postOnce(command);
    for (int hop = 1; hop < MOST_HOPS && attempt instanceof Attempt.Redirected(var to); hop++) {
      redirected = to;
      if (to.isEmpty()) {
        break;
      }
      attempt = postOnce(command);
    }
    return attempt;
  }

  private Attempt postOnce(Map<String, String> command) {
    URI target = redirected.orElseGet(() -> nodes.get(next).resolve("/chat"));
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(target)
                  .timeout(patience)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(command)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case 200 -> new Attempt.Acknowledged(json(answer).required("index").longValue());
        case 302 ->
            new Attempt.Redirected(answer.headers().firstValue("Location").map(URI::create));
        case 503 ->
            // Only this one says that nothing was proposed.
            json(answer).path("code").asText().equals("overloaded")
                ? new Attempt.Refused()
                : new Attempt.Unknown();
        case 504 -> new Attempt.Unknown();
        default -> throw unexpected(target, answer);
      };
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return new Attempt.Refused();
    } catch (IOException e) {
      return new Attempt.Unknown();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void elsewhere() {
    redirected = Optional.empty();
    next = (next + 1) % nodes.size();
    pause();
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  // --- reading

  /** Whether a read is answered with the whole room, or with its last line. */
  enum Extent {
    WHOLE,
    LAST_LINE
  }

  /**
   * Reads at that node, linearizably.
   *
   * @return whether it was answered
   */
  boolean read(URI node, String room, Extent extent) {
    return read(node, room, extent, new Content.None());
  }

  /** Reads at that node, which has to have applied everything that this client knows of. */
  boolean readKnown(URI node, String room, Extent extent) {
    return read(node, room, extent, new Content.AtLeast(known));
  }

  private boolean read(URI node, String room, Extent extent, Content asked) {
    HttpRequest.Builder request =
        switch (asked) {
          case Content.AtLeast(long index) ->
              HttpRequest.newBuilder(node.resolve("/messages?room=" + room))
                  .header("X-DChat-Min-Index", Long.toString(index));
          default ->
              HttpRequest.newBuilder(
                  node.resolve("/messages?room=" + room + "&consistency=linearizable"));
        };
    record(Event.Type.INVOKE, Event.Function.READ, room, asked);
    try {
      HttpResponse<String> answer =
          http.send(request.timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
      switch (answer.statusCode()) {
        case 200 -> {
          List<Line> lines = lines(json(answer));
          record(Event.Type.OK, Event.Function.READ, room, told(lines, extent));
          lines.forEach(line -> knows(line.index()));
          return true;
        }
        case 503 -> record(Event.Type.FAIL, Event.Function.READ, room, asked);
        default -> throw unexpected(node, answer);
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      record(Event.Type.FAIL, Event.Function.READ, room, asked);
    } catch (IOException e) {
      record(Event.Type.INFO, Event.Function.READ, room, asked);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return false;
  }

  private static Content told(List<Line> lines, Extent extent) {
    return switch (extent) {
      case WHOLE -> new Content.Lines(lines);
      case LAST_LINE -> lines.isEmpty() ? new Content.None() : lines.getLast();
    };
  }

  private static List<Line> lines(JsonNode events) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode event : events) {
      String text = event.path("text").asText();
      if (event.path("type").asText().equals("chat")) {
        if (!event.path("id").asText().equals(text)) {
          throw new AssertionError("a line has another's id: " + event);
        }
        lines.add(new Line(text, event.required("index").longValue()));
      }
    }
    return lines;
  }

  private void record(Event.Type type, Event.Function function, String room, Content content) {
    recorder.record(type, process, function, room, content);
    if (type == Event.Type.INFO) {
      process = recorder.newProcess();
    }
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private static AssertionError unexpected(URI node, HttpResponse<String> answer) {
    return new AssertionError(node + " answered " + answer.statusCode() + ": " + answer.body());
  }
}
