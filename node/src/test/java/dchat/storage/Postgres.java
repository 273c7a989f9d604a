package dchat.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lends a test class the one PostgreSQL server of the whole run, which ends with it. Without the
 * means for one the class is skipped, and says so.
 */
public final class Postgres implements BeforeAllCallback, AfterAllCallback {
  /** What those share who need the server as it is, and one has to itself who changes it. */
  public static final String SERVER = "the PostgreSQL server";

  private static final ExtensionContext.Namespace RUN = ExtensionContext.Namespace.create("dchat");
  private static final Identity OWNER = new Identity("node0", "test");

  private final Map<String, PostgresData> open = new HashMap<>();
  private PostgresServer server;

  @Override
  public void beforeAll(ExtensionContext context) {
    PostgresServer.obstacle()
        .ifPresent(
            why -> {
              System.out.println("no tests on PostgreSQL: " + why);
              Assumptions.abort(why);
            });
    server =
        context
            .getRoot()
            .getStore(RUN)
            .getOrComputeIfAbsent(
                PostgresServer.class, key -> PostgresServer.create(), PostgresServer.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    open.values().forEach(PostgresData::close);
    open.clear();
  }

  public PostgresServer server() {
    return server;
  }

  /**
   * The data of {@code node0} of cluster {@code test} as they are when it is new. The class has
   * them once by each name, for making a database takes far longer than emptying it; it leaves them
   * open.
   */
  public NodeData emptied(String database) {
    PostgresData data =
        open.computeIfAbsent(database, name -> PostgresData.open(server.database(name), OWNER));
    try (Connection connection = data.chat().writer().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE chat_applied, chat_room, chat_event, chat_accepted, chat_account,"
              + " chat_password, chat_dm, chat_dm_pair, chat_read_marker, installed_snapshot,"
              + " search.search_progress, search.search_line");
      statement.execute("INSERT INTO chat_applied VALUES (1, 0, 0, 0, 0)");
      statement.execute("INSERT INTO chat_room VALUES ('general', 0, 0)");
      statement.execute("INSERT INTO search.search_progress VALUES (1, 0)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return data;
  }
}
