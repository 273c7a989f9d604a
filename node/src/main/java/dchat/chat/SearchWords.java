package dchat.chat;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The words of what was said, in the index of one kind of database. */
sealed interface SearchWords permits FtsWords, VectorWords {

  /** Makes lines findable; again, if they are already. Each has a text. */
  void put(Handle handle, List<SearchIndex.Row> lines);

  /** The line of this index isn't found any more. */
  void remove(Handle handle, long logIndex);

  /** The beginning of a query that finds the {@code log_index} of what matches {@code :query}. */
  String selectMatching();

  /** The same, newest first. */
  String newestFirst();

  /**
   * What {@code :query} has to be.
   *
   * @param words at least one, of letters, marks and digits only
   * @param lastIsBeginning whether it is enough that a word begins with the last of them
   */
  String query(List<String> words, boolean lastIsBeginning);
}
