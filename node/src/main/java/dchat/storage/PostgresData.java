package dchat.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The data of one node in one database of a PostgreSQL server: the schemas {@code journal}, {@code
 * chat} and {@code search}. {@link PostgresDriver} keeps a second process out.
 *
 * <p>Every commit is durable, that of the chat's tables, too: the server may restart while the node
 * lives on, and what it then had forgotten would be missing in the tables and not in the node's
 * memory. A file can't lose anything but with the whole machine.
 */
public final class PostgresData implements NodeData {
  /** No longer than the journal waits for a write. */
  private static final Duration JOURNAL_ANSWERS_WITHIN = Duration.ofSeconds(10);

  /** Putting a snapshot in the place of the tables is one statement per table. */
  private static final Duration TABLES_ANSWER_WITHIN = Duration.ofMinutes(5);

  private final PostgresDatabase journal;
  private final PostgresDatabase chat;
  private final PostgresDatabase search;
  private final WriteCheck writeCheck;

  private PostgresData(PostgresSettings settings) {
    int process = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    journal = new PostgresDatabase("journal", settings, process, JOURNAL_ANSWERS_WITHIN);
    chat = new PostgresDatabase("chat", settings, process, TABLES_ANSWER_WITHIN);
    search = new PostgresDatabase("search", settings, process, TABLES_ANSWER_WITHIN);
    writeCheck = new WriteCheck(this::write, System::nanoTime);
  }

  /**
   * Opens the database of {@code owner}, creating and migrating what isn't there yet. Whatever
   * speaks against it is found before anything is created or changed.
   *
   * @throws StorageException if the server can't be reached or won't take the durability that is
   *     relied on; if the database is in use by another process, or holds something other than this
   *     owner's data
   */
  static PostgresData open(PostgresSettings settings, Identity owner) {
    PostgresData data = new PostgresData(settings);
    List<PostgresDatabase> databases = List.of(data.journal, data.chat, data.search);
    // Keeps others out until the pools have connections.
    try (Connection first = data.journal.connect();
        Statement statement = first.createStatement()) {
      data.refuseStateWithoutJournal(settings, statement);
      for (PostgresDatabase database : databases) {
        database.refuseOtherThan(owner, statement);
      }
      for (PostgresDatabase database : databases) {
        database.prepare(owner);
      }
      data.journal.writer().getConnection().close();
      return data;
    } catch (SQLException e) {
      data.close();
      throw new StorageException(StorageException.line(e), e);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /** Whether no node ever kept anything there. */
  static boolean isNew(PostgresSettings settings) {
    PostgresDatabase journal = new PostgresData(settings).journal;
    try (Connection connection = journal.connect();
        Statement statement = connection.createStatement()) {
      return !journal.exists(statement);
    } catch (SQLException e) {
      throw new StorageException(StorageException.line(e), e);
    }
  }

  private void refuseStateWithoutJournal(PostgresSettings settings, Statement statement)
      throws SQLException {
    if (chat.exists(statement) && !journal.exists(statement)) {
      // As for a data folder: terms, votes and entries this node has promised to keep are gone.
      throw new StorageException(
          settings
              + " has a schema chat but no schema journal: what this node promised its peers is"
              + " lost; empty the database and add it as a new node");
    }
  }

  @Override
  public Database journal() {
    return journal;
  }

  @Override
  public Database chat() {
    return chat;
  }

  @Override
  public Database search() {
    return search;
  }

  @Override
  public Optional<String> writeTrouble() {
    return writeCheck.trouble();
  }

  /** Over a new connection: a node that can't get any more is as good as cut off. */
  private Optional<String> write() {
    try (Connection connection = journal.connect();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE node_identity SET node_id = node_id");
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(StorageException.line(e));
    }
  }

  @Override
  public void close() {
    search.close();
    chat.close();
    journal.close();
  }
}
