package dchat.chat;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * PostgreSQL's {@code tsvector}. The words are taken apart here and not by the server, whose own
 * parser sees file names, hosts and hyphens where FTS5 sees words: what is found must not depend on
 * which node is asked.
 */
final class VectorWords implements SearchWords {
  /** A lexeme has at most 2046 bytes, and a character at most four. */
  private static final int MAX_WORD_CHARACTERS = 500;

  /** Those that FTS5 takes off letters, too. */
  private static final Pattern DIACRITICS = Pattern.compile("[\\u0300-\\u036f]+");

  @Override
  public void put(Handle handle, List<SearchIndex.Row> lines) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO search_line (log_index, room, low, high, words)"
                + " VALUES (?, ?, ?, ?, CAST(? AS tsvector)) ON CONFLICT (log_index) DO NOTHING");
    for (SearchIndex.Row line : lines) {
      batch.add(
          line.index(),
          line.room().orElse(null),
          line.lowOrNull(),
          line.highOrNull(),
          vector(line.text().orElseThrow()));
    }
    batch.execute();
  }

  private static String vector(String text) {
    return Arrays.stream(SearchIndex.words(text))
        .map(VectorWords::lexeme)
        .distinct()
        .collect(Collectors.joining(" "));
  }

  @Override
  public void remove(Handle handle, long logIndex) {
    handle.execute("DELETE FROM search_line WHERE log_index = ?", logIndex);
  }

  @Override
  public String selectMatching() {
    return "SELECT log_index FROM search_line WHERE words @@ CAST(:query AS tsquery)";
  }

  @Override
  public String newestFirst() {
    return " ORDER BY log_index DESC";
  }

  @Override
  public String query(List<String> words, boolean lastIsBeginning) {
    return words.stream().map(VectorWords::lexeme).collect(Collectors.joining(" & "))
        + (lastIsBeginning ? ":*" : "");
  }

  /** Folded and quoted. It holds letters, marks and digits only, so there is nothing to escape. */
  private static String lexeme(String word) {
    String bare =
        DIACRITICS.matcher(Normalizer.normalize(word, Normalizer.Form.NFD)).replaceAll("");
    String folded = Normalizer.normalize(bare, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    int end = Math.min(folded.length(), MAX_WORD_CHARACTERS);
    boolean halves = end < folded.length() && Character.isHighSurrogate(folded.charAt(end - 1));
    return '\'' + folded.substring(0, halves ? end - 1 : end) + '\'';
  }
}
