package dchat.client.tui;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the reader may set.
 *
 * @param ringing what makes the terminal ring
 */
public record Settings(Theme theme, Ringing ringing) {

  /** Reasons to ring. */
  public enum Ringing {
    /** Every line somebody else says. */
    ALL,
    /** Lines that name the reader, and direct ones. */
    MENTIONS,
    NONE
  }

  Settings theme(Theme next) {
    return new Settings(next, ringing);
  }

  Settings ringing(Ringing next) {
    return new Settings(theme, next);
  }

  /** The value a reader means by {@code word}. */
  static <E extends Enum<E>> Optional<E> value(Class<E> kind, String word) {
    return Arrays.stream(kind.getEnumConstants())
        .filter(value -> word(value).equals(word.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** How a value is written. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All values there are. */
  static String words(Class<? extends Enum<?>> kind) {
    return Arrays.stream(kind.getEnumConstants())
        .map(Settings::word)
        .collect(Collectors.joining(", "));
  }
}
