package dchat.client.tui;

import java.text.Normalizer;

/** A password, as far as it is typed. Never shown, kept or written, not even by mistake. */
public record Secret(String text) {
  private static final int MOST_CHARS = 1_024;

  static final Secret EMPTY = new Secret("");

  Secret typed(String more) {
    return text.length() + more.length() > MOST_CHARS ? this : new Secret(text + more);
  }

  Secret backspace() {
    return text.isEmpty()
        ? this
        : new Secret(text.substring(0, text.offsetByCodePoints(text.length(), -1)));
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** What stands for it on the screen. */
  String mask() {
    return "*".repeat(text.codePointCount(0, text.length()));
  }

  /** As every client sends it, however the keyboard composed it (RFC 8265). */
  String password() {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  @Override
  public String toString() {
    return "Secret";
  }
}
