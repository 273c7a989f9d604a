package dchat.storage;

/**
 * Whose data it is. A node that started on another's data would vote twice in one term, or answer
 * for entries it never had, so each database carries this mark from its first moment on.
 *
 * @param nodeId id of the node that wrote the data
 * @param clusterName name of the cluster that node belongs to
 */
public record Identity(String nodeId, String clusterName) {
  /**
   * Of data that were restored from a backup of {@code clusterName}: no node's yet, and never one's
   * of that cluster, for its nodes may still run, or start again, with another history.
   */
  static Identity restoredFrom(String clusterName) {
    return new Identity("", clusterName);
  }

  boolean isNobodys() {
    return nodeId.isEmpty();
  }

  @Override
  public String toString() {
    return nodeId + " of cluster " + clusterName;
  }
}
