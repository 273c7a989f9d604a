package dchat.client.tui;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state of repeated Tab: what may stand at one place, and which of it stands there now.
 *
 * @param head the text before the word
 * @param candidates whole words, at least one
 */
record Completion(String head, List<String> candidates, int at) {
  Completion {
    candidates = List.copyOf(candidates);
  }

  /** The words that can be meant before the cursor, the first of them chosen. */
  static Optional<Completion> of(String before, Chat chat, List<String> commands) {
    int start = before.lastIndexOf(' ') + 1;
    String word = before.substring(start);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    List<String> fitting = words(before, start, word, chat, commands).sorted().toList();
    return fitting.isEmpty()
        ? Optional.empty()
        : Optional.of(new Completion(before.substring(0, start), fitting, 0));
  }

  private static Stream<String> words(
      String before, int start, String word, Chat chat, List<String> commands) {
    if (start == 0 && word.startsWith("/")) {
      return fitting(commands.stream(), "/", word, " ");
    }
    boolean wantsRoom =
        before.startsWith("/join ") || before.startsWith("/room ") || before.startsWith("/delete");
    if (before.startsWith("/dm ") || before.startsWith("/msg ")) {
      return fitting(chat.people().stream(), word.startsWith("@") ? "@" : "", word, " ");
    }
    if (wantsRoom) {
      return fitting(chat.roomNames().stream(), word.startsWith("#") ? "#" : "", word, "");
    }
    if (word.startsWith("#")) {
      return fitting(chat.roomNames().stream(), "#", word, " ");
    }
    if (word.startsWith("@")) {
      return fitting(chat.people().stream(), "@", word, " ");
    }
    return fitting(chat.people().stream(), "", word, start == 0 ? ": " : " ");
  }

  private static Stream<String> fitting(
      Stream<String> names, String sign, String word, String after) {
    String lower = word.toLowerCase(Locale.ROOT);
    return names
        .map(name -> name.startsWith(sign) ? name : sign + name)
        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(lower))
        .map(name -> name + after);
  }

  Completion next(int step) {
    return new Completion(head, candidates, Math.floorMod(at + step, candidates.size()));
  }

  /** The text before the cursor, completed. */
  String text() {
    return head + candidates.get(at);
  }
}
