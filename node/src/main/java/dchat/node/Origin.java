package dchat.node;

import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.RestoredReplica;
import dchat.raft.StateMachine;
import dchat.storage.NodeData;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has to go on from before its journal is read.
 *
 * @param withoutData whether its journal is empty
 * @param joined the running cluster that it joined, now or at an earlier start; empty if it is one
 *     of the first
 */
record Origin(boolean withoutData, Optional<JoinedCluster> joined) {
  private static final Logger log = LoggerFactory.getLogger(Origin.class);

  /**
   * Remembers what was found, for later starts.
   *
   * @param found the cluster to join, if it was looked up already
   */
  static Origin of(
      NodeSettings settings, NodeTls tls, NodeData data, Optional<JoinedCluster> found) {
    try {
      JoinMemory memory = new JoinMemory(data.journal().writer());
      boolean withoutData = memory.isJournalEmpty() && !beginsRestored(settings, data, memory);
      Optional<JoinedCluster> joining =
          found.isPresent() ? found : ClusterLookup.findIfAsked(settings, tls, withoutData);
      if (joining.isPresent()) {
        memory.save(joining.get());
      }
      if (!settings.founder() && !withoutData) {
        log.info(
            "{} has a log in {}, so it goes on as who it was: --join is ignored",
            settings.id(),
            settings.data());
      }
      Optional<JoinedCluster> joined = memory.load();
      if (joined.isPresent() && !settings.peers().isEmpty()) {
        log.info(
            "{} joined a running cluster once, or was restored: --peers is ignored", settings.id());
      }
      return new Origin(withoutData, joined);
    } catch (SQLException e) {
      throw new StartException.InTheWay(
          "can't read what " + settings.data() + " holds: " + e.getMessage(), e);
    }
  }

  /**
   * Whether the state is a backup's. Then the journal gets its beginning at the first start, when
   * it is known who this node is: the one member of a cluster to which others are added.
   */
  private static boolean beginsRestored(NodeSettings settings, NodeData data, JoinMemory memory)
      throws SQLException {
    RestoreMemory backup = new RestoreMemory(data.journal().writer());
    Optional<RestoreMemory.Restored> restored = backup.load();
    if (restored.isEmpty()) {
      return false;
    }
    if (!settings.founder()) {
      throw new StartException.InTheWay(
          settings.data()
              + " holds a restored backup, which begins a cluster: start it without --join, and let"
              + " others join it");
    }
    StateMachine.Position position = restored.get().position();
    // The members it will have are told by its log, behind everything that was restored.
    memory.save(new JoinedCluster(new JoinPoint(position.term(), position.index() - 1), List.of()));
    backup.begin(
        new RestoredReplica(
            position,
            new Member(
                settings.id(),
                settings.raft().toString(),
                Optional.of(settings.clientUrl()),
                Member.Suffrage.VOTER)));
    log.info(
        "{} begins cluster {} with a backup of {} up to entry {}; it is the one member: add others"
            + " with --join",
        settings.id(),
        settings.clusterName(),
        restored.get().clusterName(),
        position.index());
    return true;
  }
}
