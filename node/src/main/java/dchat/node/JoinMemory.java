package dchat.node;

import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.NodeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Which cluster this node once joined, kept with the journal: a node that was stopped before its
 * log named any member must neither forget the others nor take itself for a cluster of one.
 */
final class JoinMemory {
  private final DataSource journal;

  JoinMemory(DataSource journal) {
    this.journal = journal;
  }

  /** Whether the journal has ever taken anything down: a term, a vote or an entry. */
  boolean isJournalEmpty() throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT EXISTS (SELECT 1 FROM event_journal) OR EXISTS (SELECT 1 FROM snapshot)")) {
      return row.next() && !row.getBoolean(1);
    }
  }

  /** Empty if this node has never joined one: it is one of the first. */
  Optional<JoinedCluster> load() throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement statement = connection.createStatement()) {
      Optional<JoinPoint> point = loadPoint(statement);
      return point.isEmpty()
          ? Optional.empty()
          : Optional.of(new JoinedCluster(point.get(), loadMembers(statement)));
    }
  }

  private static Optional<JoinPoint> loadPoint(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT term, commit_index FROM join_point")) {
      return row.next()
          ? Optional.of(new JoinPoint(row.getLong(1), row.getLong(2)))
          : Optional.empty();
    }
  }

  private static List<Member> loadMembers(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT node_id, raft_address, client_url, suffrage FROM join_member")) {
      List<Member> members = new ArrayList<>();
      while (row.next()) {
        members.add(
            new Member(
                new NodeId(row.getString(1)),
                row.getString(2),
                Optional.ofNullable(row.getString(3)),
                Member.Suffrage.valueOf(row.getString(4))));
      }
      return members;
    }
  }

  /** Takes the place of whatever was there. Durable when it returns. */
  void save(JoinedCluster cluster) throws SQLException {
    try (Connection connection = journal.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement point =
            connection.prepareStatement(
                "INSERT INTO join_point (only_row, term, commit_index) VALUES (1, ?, ?)");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO join_member (node_id, raft_address, client_url, suffrage)"
                    + " VALUES (?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      statement.execute("DELETE FROM join_point");
      statement.execute("DELETE FROM join_member");
      point.setLong(1, cluster.point().term());
      point.setLong(2, cluster.point().index());
      point.executeUpdate();
      for (Member member : cluster.members()) {
        insert.setString(1, member.id().value());
        insert.setString(2, member.raftAddress());
        insert.setString(3, member.clientUrl().orElse(null));
        insert.setString(4, member.suffrage().name());
        insert.executeUpdate();
      }
      connection.commit();
    }
  }
}
