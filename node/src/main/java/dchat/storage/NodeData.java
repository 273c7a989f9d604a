package dchat.storage;

import java.util.Optional;

/**
 * Everything that one node keeps, and nobody else may use meanwhile. Open it once per process and
 * close it when nothing uses the databases any more.
 */
public sealed interface NodeData extends AutoCloseable permits DataFolder, PostgresData {

  /** What must survive a power cut from the moment a commit returns. */
  Database journal();

  /** What can be derived from the journal again, if the journal still has its beginning. */
  Database chat();

  /** What is made from the chat's tables to search them, and can be made again. */
  Database search();

  /**
   * What is said when something is written; empty if writing works. Thread-safe; blocks for as long
   * as that takes, and however often it is asked, writes once in 5 s.
   */
  Optional<String> writeTrouble();

  /** Closes the databases and lets another process have them. */
  @Override
  void close();
}
