package dchat.chat;

import java.util.OptionalInt;

/**
 * What names, ids and texts may look like. These rules never change with configuration: every
 * replica must judge a command alike.
 */
public final class ChatSyntax {
  public static final int MAX_NAME_CHARACTERS = 32;
  public static final int MAX_ID_CHARACTERS = 64;

  private ChatSyntax() {}

  /** Whether {@code name} can name a user or a room: 1 to 32 of {@code A-Z a-z 0-9 _ . -}. */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || c == '.'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code id} can identify a command: 1 to 64 visible ASCII characters, no space. */
  public static boolean isId(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_ID_CHARACTERS
        && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /**
   * The first code point a text must not contain: a control character (C0, C1, delete) other than
   * newline and tab, or half of a surrogate pair. Those could drive a reader's terminal or can't be
   * written as UTF-8; everything else is passed on, and how to show it is the reader's business.
   */
  public static OptionalInt forbiddenCharacter(String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean forbidden =
          c < 0x20 && c != '\n' && c != '\t'
              || c >= 0x7f && c < 0xa0
              || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (forbidden) {
        return OptionalInt.of(c);
      }
      i += Character.charCount(c);
    }
    return OptionalInt.empty();
  }
}
