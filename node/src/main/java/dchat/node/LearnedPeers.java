package dchat.node;

import dchat.raft.Member;
import dchat.raft.NodeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Ids that peers once gave for their addresses, kept with the journal: who the members are must not
 * depend on who happens to be up when this node starts again.
 */
final class LearnedPeers {
  private final DataSource journal;

  LearnedPeers(DataSource journal) {
    this.journal = journal;
  }

  /**
   * @return ids by raft address
   */
  Map<String, NodeId> load() throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT raft_address, node_id FROM learned_peer")) {
      Map<String, NodeId> ids = new HashMap<>();
      while (row.next()) {
        ids.put(row.getString(1), new NodeId(row.getString(2)));
      }
      return ids;
    }
  }

  /** Takes the place of whatever was learned before. Durable when it returns. */
  void save(List<Member> peers) throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement clear = connection.createStatement();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO learned_peer (raft_address, node_id) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      clear.execute("DELETE FROM learned_peer");
      for (Member peer : peers) {
        insert.setString(1, peer.raftAddress());
        insert.setString(2, peer.id().value());
        insert.executeUpdate();
      }
      connection.commit();
    }
  }
}
