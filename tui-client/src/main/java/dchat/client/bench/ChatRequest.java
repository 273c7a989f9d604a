package dchat.client.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of one client's {@code POST /chat}, made once; between requests only ids and rooms are
 * changed, in place. What was last written can be sent again, to another node too.
 */
final class ChatRequest {
  private static final String[] WORDS = {
    "the", "new", "rooms", "are", "up", "and", "nobody", "noticed", "that", "leader", "went",
    "away", "for", "a", "moment", "while", "we", "talked", "about", "lunch"
  };
  private static final String NO_ID = " ".repeat(LineIds.LENGTH);
  private static final int ROOM_DIGITS = 3;

  private final int rooms;
  private final byte[] body;
  private final int[] idAt;
  private final int[] roomDigitsAt;
  private Target target;
  private ByteBuffer bytes;
  private int bodyAt;

  /**
   * @param number of the client, from 1 on: gives it a name and a text of its own
   */
  ChatRequest(LoadPlan plan, int number, Target target) {
    int lines = plan.linesPerRequest();
    rooms = plan.rooms();
    idAt = new int[lines];
    roomDigitsAt = new int[lines];
    boolean array = lines > 1;
    StringBuilder json = new StringBuilder(array ? "[" : "");
    for (int i = 0; i < lines; i++) {
      json.append(i == 0 ? "" : ",").append("{\"type\":\"chat\",\"id\":\"");
      idAt[i] = json.length();
      json.append(NO_ID).append("\",\"user\":\"bench").append(number).append("\",\"room\":\"");
      json.append(LoadPlan.room(1));
      roomDigitsAt[i] = json.length() - ROOM_DIGITS;
      json.append("\",\"text\":\"").append(text(plan.textBytes(), number + i)).append("\"}");
    }
    body = json.append(array ? "]" : "").toString().getBytes(StandardCharsets.US_ASCII);
    this.target = target;
    encode();
  }

  /** Words, {@code length} bytes of them, beginning with another one for each {@code first}. */
  static String text(int length, int first) {
    StringBuilder text = new StringBuilder();
    for (int i = first; text.length() < length; i++) {
      text.append(WORDS[i % WORDS.length]).append(' ');
    }
    text.setLength(length);
    // A text of spaces alone would be refused, and one that ends with a space looks like a mistake.
    text.setCharAt(length - 1, '.');
    return text.toString();
  }

  /** Where the request goes; its ids stay. */
  void aim(Target next) {
    if (!next.equals(target)) {
      target = next;
      System.arraycopy(bytes.array(), bodyAt, body, 0, body.length);
      encode();
    }
  }

  private void encode() {
    byte[] head =
        ("POST /chat HTTP/1.1\r\nHost: "
                + target.host()
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    bytes = ByteBuffer.allocate(head.length + body.length).put(head).put(body);
    bodyAt = head.length;
  }

  /** Turns it into a request for new lines. */
  void renew(LineIds ids, Dice dice) {
    byte[] array = bytes.array();
    for (int i = 0; i < idAt.length; i++) {
      ids.writeNext(array, bodyAt + idAt[i]);
      if (rooms > 1) {
        int room = 1 + dice.below(rooms);
        int at = bodyAt + roomDigitsAt[i];
        array[at] = (byte) ('0' + room / 100);
        array[at + 1] = (byte) ('0' + room / 10 % 10);
        array[at + 2] = (byte) ('0' + room % 10);
      }
    }
  }

  /** The whole request, to be sent from its beginning; the same buffer every time. */
  ByteBuffer bytes() {
    return bytes.clear();
  }
}
