package dchat.chat;

import dchat.storage.RootCause;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Reads of the chat's tables on connections of their own. A database that is away is told apart
 * from a query that is wrong: {@link ChatStorageException}, with what the database said.
 */
final class Reading {
  private final Jdbi jdbi;

  Reading(DataSource dataSource) {
    jdbi = Jdbi.create(dataSource);
  }

  <T> T withHandle(HandleCallback<T, RuntimeException> read) {
    try {
      return jdbi.withHandle(read);
    } catch (JdbiException e) {
      throw told(e);
    }
  }

  /** All of what is read is of one moment. */
  <T> T inTransaction(HandleCallback<T, RuntimeException> read) {
    try {
      return jdbi.inTransaction(read);
    } catch (JdbiException e) {
      throw told(e);
    }
  }

  private static RuntimeException told(JdbiException e) {
    boolean away =
        e instanceof ConnectionException
            || e.getCause() instanceof SQLException said && isOfConnection(said.getSQLState());
    return away ? new ChatStorageException("the chat can't be read: " + reason(e), e) : e;
  }

  /**
   * What the database said, in a line. Not what Jdbi makes of it: that is with the statement, and
   * with what it was to store.
   */
  static String reason(Throwable failure) {
    return String.valueOf(RootCause.of(failure).getMessage()).lines().findFirst().orElse("");
  }

  /** By SQL's classes of states, and PostgreSQL's for a server that stops. */
  private static boolean isOfConnection(String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }
}
