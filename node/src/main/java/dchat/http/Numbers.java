package dchat.http;

import java.util.Optional;

/** Numbers as callers write them. */
final class Numbers {
  private Numbers() {}

  /** A whole number from 0 on in plain digits that fits a long. */
  static Optional<Long> nonNegative(String text) {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || text.isEmpty() || text.length() > 19) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
