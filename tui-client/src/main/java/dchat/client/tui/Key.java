package dchat.client.tui;

/**
 * One key press.
 *
 * @param text the character of a {@link Name#CHAR}, a lower case letter with control; else empty
 */
public record Key(Name name, String text, boolean control, boolean alt) {
  /** The keys that are told apart. */
  public enum Name {
    CHAR,
    ENTER,
    TAB,
    BACK_TAB,
    BACKSPACE,
    DELETE,
    ESCAPE,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    HOME,
    END,
    PAGE_UP,
    PAGE_DOWN,
    F1,
    F4,
    F7,
    F8
  }

  public static Key of(Name name) {
    return new Key(name, "", false, false);
  }

  public static Key ofChar(String text) {
    return new Key(Name.CHAR, text, false, false);
  }

  public static Key control(char letter) {
    return new Key(Name.CHAR, String.valueOf(letter), true, false);
  }

  public static Key alt(String text) {
    return new Key(Name.CHAR, text, false, true);
  }

  boolean isPlainChar() {
    return name == Name.CHAR && !control && !alt;
  }
}
