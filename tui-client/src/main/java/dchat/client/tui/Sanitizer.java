package dchat.client.tui;

import java.text.Normalizer;

/**
 * Makes text from elsewhere harmless to a terminal. Everything that was not typed here passes
 * through it once, before it enters the model: what could move the cursor, hide, or turn text
 * around is gone afterwards, and every cluster covers one or two columns.
 */
public final class Sanitizer {
  /** More than any server takes; a longer line would only be hostile. */
  private static final int LONGEST_CHARS = 32_768;

  /** Enough for any language; more is a tower of marks over the lines above. */
  private static final int MOST_MARKS = 4;

  private static final int JOINER = 0x200D;
  private static final int EMOJI_SELECTOR = 0xFE0F;
  private static final int DOTTED_CIRCLE = 0x25CC;
  private static final int REPLACEMENT = 0xFFFD;

  private Sanitizer() {}

  /** Text that may have several lines; a tab becomes a space. */
  public static String text(String raw) {
    String bounded = raw.length() > LONGEST_CHARS ? raw.substring(0, LONGEST_CHARS) : raw;
    String plain = bounded.replace("\r\n", "\n").replace('\r', '\n');
    if (plain.chars().allMatch(c -> c >= ' ' && c < 0x7F || c == '\n')) {
      return plain;
    }
    // Once more after stripping, which may bring together what composes.
    return normalForm(strip(normalForm(plain)));
  }

  /** Text for one line: names, rooms, messages of errors. */
  public static String line(String raw) {
    return text(raw).replace('\n', ' ');
  }

  private static String normalForm(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static String strip(String raw) {
    int[] points = raw.codePoints().toArray();
    StringBuilder kept = new StringBuilder(raw.length());
    int marks = 0;
    int before = ' ';
    for (int i = 0; i < points.length; i++) {
      int point = points[i];
      if (point == '\n') {
        before = ' ';
        kept.append('\n');
        continue;
      }
      if (point == '\t' || point == 0x2028 || point == 0x2029 || point == 0x85) {
        point = ' ';
      }
      if (isDropped(points, i, before)) {
        continue;
      }
      if (isMark(point)) {
        if (++marks > MOST_MARKS) {
          continue;
        }
        if (before == ' ') {
          kept.appendCodePoint(DOTTED_CIRCLE);
        }
      } else if (point != JOINER && point != EMOJI_SELECTOR) {
        marks = 0;
      }
      if (point >= 0xD800 && point <= 0xDFFF || (point & 0xFFFE) == 0xFFFE) {
        point = REPLACEMENT;
      }
      kept.appendCodePoint(point);
      before = point;
    }
    return kept.toString();
  }

  private static boolean isDropped(int[] points, int at, int before) {
    int point = points[at];
    if (point == JOINER) {
      return !(joinsEmoji(before)
          && at + 1 < points.length
          && Character.isExtendedPictographic(points[at + 1]));
    }
    if (point == EMOJI_SELECTOR) {
      return !Character.isEmoji(before);
    }
    if (point == '\t' || point == 0x2028 || point == 0x2029 || point == 0x85) {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT -> true;
      default -> isInvisible(point);
    };
  }

  private static boolean joinsEmoji(int before) {
    return before == EMOJI_SELECTOR
        || Character.isEmojiModifier(before)
        || Character.isExtendedPictographic(before);
  }

  /** Letters and marks that show nothing: fillers, joiners, selectors of variants. */
  private static boolean isInvisible(int point) {
    return point == 0x034F
        || point == 0x115F
        || point == 0x1160
        || point == 0x17B4
        || point == 0x17B5
        || point == 0x3164
        || point == 0xFFA0
        || point >= 0x180B && point <= 0x180F
        || point >= 0xFE00 && point <= 0xFE0E
        || point >= 0xFFF0 && point <= 0xFFF8
        || point >= 0xE0000 && point <= 0xE0FFF;
  }

  private static boolean isMark(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK && point != EMOJI_SELECTOR
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }
}
