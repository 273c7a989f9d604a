package dchat.storage;

/**
 * Whose data it is. A node that started on another's data would vote twice in one term, or answer
 * for entries it never had, so each database carries this mark from its first moment on.
 *
 * @param nodeId id of the node that wrote the data
 * @param clusterName name of the cluster that node belongs to
 */
public record Identity(String nodeId, String clusterName) {
  @Override
  public String toString() {
    return nodeId + " of cluster " + clusterName;
  }
}
