package dchat.chat;

import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** SQLite's FTS5, which takes texts apart by itself. */
final class FtsWords implements SearchWords {

  @Override
  public void put(Handle handle, List<SearchIndex.Row> lines) {
    PreparedBatch owners =
        handle.prepareBatch(
            "INSERT OR REPLACE INTO search_line (log_index, room, low, high) VALUES (?, ?, ?, ?)");
    PreparedBatch words =
        handle.prepareBatch("INSERT OR REPLACE INTO search_word (rowid, text) VALUES (?, ?)");
    for (SearchIndex.Row line : lines) {
      owners.add(line.index(), line.room().orElse(null), line.lowOrNull(), line.highOrNull());
      words.add(line.index(), line.text().orElseThrow());
    }
    owners.execute();
    words.execute();
  }

  @Override
  public void remove(Handle handle, long logIndex) {
    handle.execute("DELETE FROM search_word WHERE rowid = ?", logIndex);
    handle.execute("DELETE FROM search_line WHERE log_index = ?", logIndex);
  }

  @Override
  public String selectMatching() {
    return "SELECT log_index FROM search_word JOIN search_line"
        + " ON log_index = search_word.rowid WHERE search_word MATCH :query";
  }

  @Override
  public String newestFirst() {
    return " ORDER BY search_word.rowid DESC";
  }

  /** Quoted, so that no word is an operator. */
  @Override
  public String query(List<String> words, boolean lastIsBeginning) {
    return words.stream().map(word -> '"' + word + '"').collect(Collectors.joining(" "))
        + (lastIsBeginning ? "*" : "");
  }
}
