package dchat.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A hand in a database beside the node that uses it. */
public final class Beside {
  private Beside() {}

  public static Connection connect(Database database) throws SQLException {
    return switch (database) {
      case SqliteDatabase sqlite -> DriverManager.getConnection(sqlite.jdbcUrl());
      case PostgresDatabase postgres -> postgres.connect();
    };
  }
}
