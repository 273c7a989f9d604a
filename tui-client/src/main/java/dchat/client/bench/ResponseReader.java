package dchat.client.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads HTTP/1.1 responses out of bytes as they come, and keeps nothing but what a load generator
 * wants to know. Allocates nothing after its creation: it is run for every request.
 */
final class ResponseReader {
  /** Takes the body of a response, in pieces. */
  interface Body {
    void take(byte[] buffer, int from, int to);
  }

  private enum State {
    STATUS_LINE,
    HEADERS,
    SIZED_BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    COMPLETE
  }

  private static final byte[] VERSION = ascii("HTTP/1.");
  private static final byte[] CONTENT_LENGTH = ascii("content-length:");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked");
  private static final byte[] CLOSE = ascii("connection: close");
  private static final int STATUS_AT = 9;
  private static final long UNKNOWN_LENGTH = -1;

  private final Body sink;

  /** The beginning of the current line; what is of interest is short. */
  private final byte[] line = new byte[128];

  private int lineLength;
  private State state = State.STATUS_LINE;
  private int status;
  private boolean chunked;
  private boolean closes;
  private long rest = UNKNOWN_LENGTH;

  /**
   * @param sink takes the bodies of answers with status 200; others are passed over
   */
  ResponseReader(Body sink) {
    this.sink = sink;
  }

  /** Makes ready for the next response on the same connection, or the first on another one. */
  void reset() {
    state = State.STATUS_LINE;
    lineLength = 0;
    status = 0;
    chunked = false;
    closes = false;
    rest = UNKNOWN_LENGTH;
  }

  /**
   * Reads on, at most to the end of the response.
   *
   * @return where it stopped; {@code to} unless the response was complete before
   * @throws IOException when this is no response a load generator can go on from
   */
  int read(byte[] buffer, int from, int to) throws IOException {
    int at = from;
    while (at < to && state != State.COMPLETE) {
      at =
          switch (state) {
            case STATUS_LINE, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS -> line(buffer, at, to);
            case SIZED_BODY, CHUNK -> body(buffer, at, to);
            case COMPLETE -> at;
          };
    }
    return at;
  }

  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** The status; 0 before it is known. */
  int status() {
    return status;
  }

  /** Whether the server ends the connection after this response. */
  boolean closes() {
    return closes;
  }

  private int line(byte[] buffer, int from, int to) throws IOException {
    for (int at = from; at < to; at++) {
      byte b = buffer[at];
      if (b == '\n') {
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
          lineLength--;
        }
        endLine();
        lineLength = 0;
        return at + 1;
      }
      if (lineLength < line.length) {
        line[lineLength++] = b;
      }
    }
    return to;
  }

  private void endLine() throws IOException {
    switch (state) {
      case STATUS_LINE -> {
        if (!startsWith(VERSION) || lineLength < STATUS_AT + 3) {
          throw new IOException("no HTTP/1.1 response");
        }
        status = (int) number(STATUS_AT, STATUS_AT + 3, 10);
        state = State.HEADERS;
      }
      case HEADERS -> {
        if (lineLength == 0) {
          beginBody();
        } else {
          header();
        }
      }
      case CHUNK_SIZE -> {
        int end = 0;
        while (end < lineLength && Character.digit(line[end], 16) >= 0) {
          end++;
        }
        rest = number(0, end, 16);
        state = rest == 0 ? State.TRAILERS : State.CHUNK;
      }
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case TRAILERS -> {
        if (lineLength == 0) {
          state = State.COMPLETE;
        }
      }
      case SIZED_BODY, CHUNK, COMPLETE -> throw new IllegalStateException(state.name());
    }
  }

  private void header() throws IOException {
    if (startsWith(CONTENT_LENGTH)) {
      int begin = CONTENT_LENGTH.length;
      while (begin < lineLength && line[begin] == ' ') {
        begin++;
      }
      rest = number(begin, lineLength, 10);
    } else if (startsWith(CHUNKED)) {
      chunked = true;
    } else if (startsWith(CLOSE)) {
      closes = true;
    }
  }

  private void beginBody() throws IOException {
    if (status < 200) {
      throw new IOException("unexpected status " + status);
    }
    if (chunked) {
      state = State.CHUNK_SIZE;
    } else if (rest == 0 || status == 204 || status == 304) {
      state = State.COMPLETE;
    } else if (rest == UNKNOWN_LENGTH) {
      throw new IOException("a response without a length");
    } else {
      state = State.SIZED_BODY;
    }
  }

  private int body(byte[] buffer, int from, int to) {
    int end = (int) Math.min(to, from + rest);
    if (status == 200) {
      sink.take(buffer, from, end);
    }
    rest -= end - from;
    if (rest == 0) {
      state = state == State.CHUNK ? State.CHUNK_END : State.COMPLETE;
    }
    return end;
  }

  /** Whether the line begins so; {@code lowerCase} is. */
  private boolean startsWith(byte[] lowerCase) {
    if (lineLength < lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = line[i];
      boolean upper = b >= 'A' && b <= 'Z' && lowerCase != VERSION;
      if ((upper ? b + ('a' - 'A') : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private long number(int from, int to, int radix) throws IOException {
    if (from == to || to - from > 15) {
      throw new IOException("a number is missing in a response");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(line[i], radix);
      if (digit < 0) {
        throw new IOException(
            "no number: " + new String(Arrays.copyOf(line, lineLength), StandardCharsets.US_ASCII));
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
