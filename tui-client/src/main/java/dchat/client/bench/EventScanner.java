package dchat.client.bench;

import java.nio.charset.StandardCharsets;

/**
 * Reads an event stream only as far as to know which lines of chat came: {@code id:} and {@code
 * event:} of each event, and where it ends. Data is passed over.
 */
final class EventScanner implements ResponseReader.Body {
  /** Hears of each event that moves the position. */
  interface Listener {
    /**
     * @param chat whether the event is a line of chat, and not, say, a snapshot
     */
    void onEvent(long index, boolean chat);
  }

  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHAT = "event: chat".getBytes(StandardCharsets.US_ASCII);
  private static final long NONE = -1;

  private final Listener listener;

  /** The beginning of the current line; more isn't looked at. */
  private final byte[] line = new byte[32];

  private int length;
  private long index = NONE;
  private boolean chat;

  EventScanner(Listener listener) {
    this.listener = listener;
  }

  void reset() {
    length = 0;
    index = NONE;
    chat = false;
  }

  @Override
  public void take(byte[] buffer, int from, int to) {
    for (int at = from; at < to; at++) {
      byte b = buffer[at];
      if (b == '\n') {
        endLine();
        length = 0;
      } else {
        if (length < line.length) {
          line[length] = b;
        }
        length++;
      }
    }
  }

  private void endLine() {
    if (length == 0) {
      if (index != NONE) {
        listener.onEvent(index, chat);
      }
      index = NONE;
      chat = false;
    } else if (startsWith(ID)) {
      index = number(ID.length, Math.min(length, line.length));
    } else if (length == CHAT.length && startsWith(CHAT)) {
      chat = true;
    }
  }

  private boolean startsWith(byte[] prefix) {
    if (length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (line[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private long number(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return NONE;
      }
      value = value * 10 + (line[i] - '0');
    }
    return value;
  }
}
