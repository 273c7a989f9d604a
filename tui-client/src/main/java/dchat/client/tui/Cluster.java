package dchat.client.tui;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a reader takes for one character (an extended grapheme cluster), and the columns it covers:
 * one or two. A family emoji of seven code points is one cluster, two columns wide.
 */
public record Cluster(String text, int width) {
  private static final int FIRST_COMBINING = 0x300;
  private static final int EMOJI_SELECTOR = 0xFE0F;

  /** Ranges of East Asian Wide and Fullwidth characters that aren't emoji (UAX 11), in pairs. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x2329, 0x232A, 0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF, 0x4E00, 0xA4CF,
    0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF00, 0xFF60,
    0xFFE0, 0xFFE6, 0x16FE0, 0x18D7F, 0x1AFF0, 0x1B2FF, 0x1D300, 0x1D376, 0x1F200, 0x1F202, 0x1F210,
    0x1F23B, 0x1F240, 0x1F248, 0x1F250, 0x1F251, 0x20000, 0x3FFFD
  };

  private static final List<Cluster> ASCII = ascii();

  private static List<Cluster> ascii() {
    List<Cluster> all = new ArrayList<>();
    for (char c = 0; c < 0x80; c++) {
      all.add(new Cluster(String.valueOf(c), 1));
    }
    return List.copyOf(all);
  }

  /** The clusters of {@code text}, which must have passed {@link Sanitizer}. */
  public static List<Cluster> split(String text) {
    List<Cluster> clusters = new ArrayList<>(text.length());
    if (text.chars().allMatch(c -> c < FIRST_COMBINING)) {
      text.chars()
          .forEach(c -> clusters.add(c < 0x80 ? ASCII.get(c) : one(String.valueOf((char) c))));
      return clusters;
    }
    BreakIterator breaks = BreakIterator.getCharacterInstance(Locale.ROOT);
    breaks.setText(text);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      clusters.add(one(text.substring(start, end)));
      start = end;
    }
    return clusters;
  }

  /** The columns {@code text} covers in one line. */
  public static int width(String text) {
    return split(text).stream().mapToInt(Cluster::width).sum();
  }

  /** {@code text}, cut to at most {@code columns}; a cut is marked by a tilde. */
  public static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder fitting = new StringBuilder();
    int used = 0;
    for (Cluster cluster : split(text)) {
      if (used + cluster.width > columns - 1) {
        break;
      }
      fitting.append(cluster.text);
      used += cluster.width;
    }
    return columns <= 0 ? "" : fitting.append('~').toString();
  }

  private static Cluster one(String text) {
    int base = text.codePointAt(0);
    int rest = text.length() - Character.charCount(base);
    boolean wide =
        Character.isEmojiPresentation(base) && !isRegional(base)
            || isRegional(base) && rest > 0
            || Character.isEmoji(base) && rest > 0 && text.indexOf(EMOJI_SELECTOR) > 0
            || isWide(base);
    return new Cluster(text, wide ? 2 : 1);
  }

  /** One half of a flag. */
  private static boolean isRegional(int codePoint) {
    return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
  }

  private static boolean isWide(int codePoint) {
    if (codePoint < WIDE[0]) {
      return false;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
