package dchat.client.tui;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Key presses and pastes out of the bytes a terminal sends, however they are cut. A sequence that
 * means nothing here is swallowed whole, so that no remains of it end up in the text.
 */
final class KeyDecoder {
  private static final int ESC = 0x1B;
  private static final int LONGEST_PASTE_BYTES = 1 << 20;
  private static final int LONGEST_SEQUENCE_BYTES = 64;
  private static final int PASTE_BEGINS = 200;
  private static final byte[] PASTE_ENDS = {ESC, '[', '2', '0', '1', '~'};

  private final List<Msg> messages = new ArrayList<>();
  private final ByteArrayOutputStream pasted = new ByteArrayOutputStream();
  private final StringBuilder typed = new StringBuilder();
  private byte[] rest = {};
  private boolean pasting;

  /** What the bytes mean, together with those before that weren't complete. */
  List<Msg> feed(byte[] bytes, int length) {
    byte[] all = new byte[rest.length + length];
    System.arraycopy(rest, 0, all, 0, rest.length);
    System.arraycopy(bytes, 0, all, rest.length, length);
    return decode(all, false);
  }

  /** Whether bytes are waiting that may be the beginning of more. */
  boolean isIncomplete() {
    return rest.length > 0;
  }

  /** Nothing more came for a while: what is waiting means what it says so far. */
  List<Msg> flush() {
    return decode(rest, true);
  }

  private List<Msg> decode(byte[] bytes, boolean complete) {
    messages.clear();
    int at = 0;
    while (at < bytes.length) {
      int used = pasting ? paste(bytes, at) : key(bytes, at, complete);
      if (used == 0) {
        break;
      }
      at += used;
    }
    endOfText();
    rest = Arrays.copyOfRange(bytes, at, bytes.length);
    return List.copyOf(messages);
  }

  /** Takes what belongs to a paste; returns how many bytes that is, 0 when it may be its end. */
  private int paste(byte[] bytes, int at) {
    int matching = 0;
    while (matching < PASTE_ENDS.length
        && at + matching < bytes.length
        && bytes[at + matching] == PASTE_ENDS[matching]) {
      matching++;
    }
    if (matching == PASTE_ENDS.length) {
      pasting = false;
      messages.add(new Msg.Pasted(clean(pasted.toString(StandardCharsets.UTF_8))));
      pasted.reset();
      return matching;
    }
    if (matching > 0 && at + matching == bytes.length) {
      return 0;
    }
    if (pasted.size() < LONGEST_PASTE_BYTES) {
      pasted.write(bytes[at]);
    }
    return 1;
  }

  /** Line by line, so that it may have as many as it likes. */
  private static String clean(String text) {
    return Arrays.stream(text.split("\r\n|\n|\r", -1))
        .map(Sanitizer::text)
        .collect(Collectors.joining("\n"));
  }

  /** Takes one key; returns how many bytes it has, 0 when more of them are needed. */
  private int key(byte[] bytes, int at, boolean complete) {
    int first = bytes[at] & 0xFF;
    if (first == ESC) {
      return escape(bytes, at, complete);
    }
    if (first >= 0x80) {
      return character(bytes, at, complete, false);
    }
    endOfText();
    plain(first, false);
    return 1;
  }

  private void plain(int b, boolean alt) {
    switch (b) {
      case '\r', '\n' -> press(Key.Name.ENTER, false, alt);
      case '\t' -> press(Key.Name.TAB, false, alt);
      case 0x7F, 0x08 -> press(Key.Name.BACKSPACE, false, alt);
      default -> {
        if (b >= ' ') {
          messages.add(
              new Msg.Pressed(new Key(Key.Name.CHAR, String.valueOf((char) b), false, alt)));
        } else if (b >= 1 && b <= 26) {
          String letter = String.valueOf((char) ('a' + b - 1));
          messages.add(new Msg.Pressed(new Key(Key.Name.CHAR, letter, true, alt)));
        }
      }
    }
  }

  /** One character of several bytes; those that follow each other are one press. */
  private int character(byte[] bytes, int at, boolean complete, boolean alt) {
    int first = bytes[at] & 0xFF;
    int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    int there = 1;
    while (there < length && at + there < bytes.length && (bytes[at + there] & 0xC0) == 0x80) {
      there++;
    }
    if (there < length && at + there == bytes.length && !complete) {
      return 0;
    }
    if (there == length && length > 1) {
      String text = new String(bytes, at, length, StandardCharsets.UTF_8);
      if (alt) {
        messages.add(new Msg.Pressed(Key.alt(text)));
      } else {
        typed.append(text);
      }
    }
    return there;
  }

  private void endOfText() {
    if (!typed.isEmpty()) {
      messages.add(new Msg.Pressed(Key.ofChar(typed.toString())));
      typed.setLength(0);
    }
  }

  private int escape(byte[] bytes, int at, boolean complete) {
    endOfText();
    if (at + 1 == bytes.length) {
      if (complete) {
        press(Key.Name.ESCAPE, false, false);
      }
      return complete ? 1 : 0;
    }
    int second = bytes[at + 1] & 0xFF;
    if (second == '[') {
      return controlSequence(bytes, at, complete);
    }
    if (second == 'O') {
      return keypad(bytes, at, complete);
    }
    if (second == ESC) {
      press(Key.Name.ESCAPE, false, false);
      return 1;
    }
    if (second >= 0x80) {
      int used = character(bytes, at + 1, complete, true);
      return used == 0 ? 0 : used + 1;
    }
    plain(second, true);
    return 2;
  }

  private int keypad(byte[] bytes, int at, boolean complete) {
    if (at + 2 == bytes.length) {
      if (complete) {
        messages.add(new Msg.Pressed(Key.alt("O")));
      }
      return complete ? 2 : 0;
    }
    int third = bytes[at + 2];
    if (third == 'M') {
      press(Key.Name.ENTER, false, false);
    } else {
      byLetter(third).ifPresent(name -> press(name, false, false));
    }
    return 3;
  }

  private int controlSequence(byte[] bytes, int at, boolean complete) {
    int end = at + 2;
    // The Linux console's function keys: ESC [ [ and a letter.
    if (end < bytes.length && bytes[end] == '[') {
      end++;
    }
    while (end < bytes.length && bytes[end] >= 0x20 && bytes[end] < 0x40) {
      end++;
    }
    if (end == bytes.length) {
      boolean giveUp = complete || end - at > LONGEST_SEQUENCE_BYTES;
      if (complete && end == at + 2) {
        messages.add(new Msg.Pressed(Key.alt("[")));
      }
      return giveUp ? end - at : 0;
    }
    String parameters = new String(bytes, at + 2, end - at - 2, StandardCharsets.US_ASCII);
    sequence(parameters, bytes[end]);
    return end + 1 - at;
  }

  private void sequence(String parameters, int last) {
    int first = number(parameters, 0).orElse(0);
    int modifiers = number(parameters, 1).orElse(1) - 1;
    boolean alt = (modifiers & 2) != 0;
    boolean control = (modifiers & 4) != 0;
    if (parameters.equals("[")) {
      if (last == 'A') {
        press(Key.Name.F1, false, false);
      }
    } else if (last == '~' && first == PASTE_BEGINS) {
      pasting = true;
    } else if (last == '~') {
      byNumber(first).ifPresent(name -> press(name, control, alt));
    } else if (last == 'u' && first == '\r') {
      press(Key.Name.ENTER, false, alt || modifiers == 1);
    } else {
      byLetter(last).ifPresent(name -> press(name, control, alt));
    }
  }

  private static Optional<Integer> number(String parameters, int i) {
    String[] parts = parameters.split(";", -1);
    return i < parts.length && parts[i].matches("\\d{1,4}")
        ? Optional.of(Integer.parseInt(parts[i]))
        : Optional.empty();
  }

  private static Optional<Key.Name> byNumber(int number) {
    return switch (number) {
      case 1, 7 -> Optional.of(Key.Name.HOME);
      case 3 -> Optional.of(Key.Name.DELETE);
      case 4, 8 -> Optional.of(Key.Name.END);
      case 5 -> Optional.of(Key.Name.PAGE_UP);
      case 6 -> Optional.of(Key.Name.PAGE_DOWN);
      case 11 -> Optional.of(Key.Name.F1);
      case 14 -> Optional.of(Key.Name.F4);
      case 18 -> Optional.of(Key.Name.F7);
      case 19 -> Optional.of(Key.Name.F8);
      default -> Optional.empty();
    };
  }

  private static Optional<Key.Name> byLetter(int letter) {
    return switch (letter) {
      case 'A' -> Optional.of(Key.Name.UP);
      case 'B' -> Optional.of(Key.Name.DOWN);
      case 'C' -> Optional.of(Key.Name.RIGHT);
      case 'D' -> Optional.of(Key.Name.LEFT);
      case 'H' -> Optional.of(Key.Name.HOME);
      case 'F' -> Optional.of(Key.Name.END);
      case 'P' -> Optional.of(Key.Name.F1);
      case 'S' -> Optional.of(Key.Name.F4);
      case 'Z' -> Optional.of(Key.Name.BACK_TAB);
      default -> Optional.empty();
    };
  }

  private void press(Key.Name name, boolean control, boolean alt) {
    messages.add(new Msg.Pressed(new Key(name, "", control, alt)));
  }
}
