package dchat.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The table in which a database says whose it is. */
final class IdentityMark {
  static final String TABLE = "node_identity";

  private IdentityMark() {}

  /** Empty if the table is; it has to be there. */
  static Optional<Identity> read(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT node_id, cluster_name FROM node_identity")) {
      return row.next()
          ? Optional.of(new Identity(row.getString(1), row.getString(2)))
          : Optional.empty();
    }
  }

  /** Marks what is nobody's yet as the owner's; for good when it returns. */
  static void put(Connection connection, Identity owner) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE IF NOT EXISTS node_identity"
              + " (node_id TEXT NOT NULL, cluster_name TEXT NOT NULL)");
    }
    try (PreparedStatement take =
            connection.prepareStatement(
                "UPDATE node_identity SET node_id = ?, cluster_name = ? WHERE node_id = ''");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO node_identity (node_id, cluster_name) SELECT ?, ?"
                    + " WHERE NOT EXISTS (SELECT 1 FROM node_identity)")) {
      take.setString(1, owner.nodeId());
      take.setString(2, owner.clusterName());
      take.executeUpdate();
      insert.setString(1, owner.nodeId());
      insert.setString(2, owner.clusterName());
      insert.executeUpdate();
    }
    connection.commit();
  }
}
