package dchat.node;

import dchat.storage.DataFolder;
import java.sql.SQLException;
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
  static Origin of(NodeSettings settings, DataFolder data, Optional<JoinedCluster> found) {
    try {
      JoinMemory memory = new JoinMemory(data.journal().writer());
      boolean withoutData = memory.isJournalEmpty();
      Optional<JoinedCluster> joining =
          found.isPresent() ? found : ClusterLookup.findIfAsked(settings, withoutData);
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
        log.info("{} joined a running cluster once: --peers is ignored", settings.id());
      }
      return new Origin(withoutData, joined);
    } catch (SQLException e) {
      throw new StartException.InTheWay(
          "can't read what " + settings.data() + " holds: " + e.getMessage(), e);
    }
  }
}
