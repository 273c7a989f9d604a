package dchat.raft;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The tunables of consensus; each is documented beside its key under {@code dchat.raft} in {@code
 * reference.conf}.
 */
public record RaftSettings(
    Duration heartbeatInterval,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    int maxBatchBytes,
    int maxInFlightBytes,
    int maxInFlightBatches,
    int maxInFlightPartialBatches,
    int maxProposals,
    int maxProposalBytes,
    int maxApplyEntries,
    Duration forwardTimeout,
    Duration readTimeout,
    long catchUpEntries,
    long compactAfterEntries,
    long compactAfterBytes,
    long keepForPeersBytes,
    long keepEntries,
    int journalSnapshotEvery,
    long journalSnapshotAfterBytes,
    Duration recoveryBackoff,
    String blockingDispatcher) {

  /** Artery drops a frame of 256 KiB, so an AppendEntries has to stay well below. */
  private static final int LARGEST_BATCH_BYTES = 128 * 1024;

  /**
   * @throws IllegalArgumentException naming the key, if a value contradicts another one
   */
  public RaftSettings {
    require(positive(heartbeatInterval), "heartbeat-interval must be positive");
    require(
        electionTimeoutMin.compareTo(heartbeatInterval.multipliedBy(2)) >= 0,
        "election-timeout.min must be at least twice heartbeat-interval");
    require(
        electionTimeoutMax.compareTo(electionTimeoutMin) > 0,
        "election-timeout.max must be greater than election-timeout.min");
    require(
        maxBatchBytes > 0 && maxBatchBytes <= LARGEST_BATCH_BYTES,
        "replication.max-batch-bytes must be 1 B to 128 KiB");
    require(
        maxInFlightBytes >= maxBatchBytes,
        "replication.max-in-flight-bytes must be at least replication.max-batch-bytes");
    require(maxInFlightBatches > 0, "replication.max-in-flight-batches must be positive");
    require(
        maxInFlightPartialBatches > 0 && maxInFlightPartialBatches <= maxInFlightBatches,
        "replication.max-in-flight-partial-batches must be 1 to max-in-flight-batches");
    require(maxProposals > 0, "proposals.max-in-flight must be positive");
    require(maxProposalBytes > 0, "proposals.max-in-flight-bytes must be positive");
    require(maxApplyEntries > 0, "apply.max-batch-entries must be positive");
    require(positive(forwardTimeout), "proposals.forward-timeout must be positive");
    require(positive(readTimeout), "read-timeout must be positive");
    require(catchUpEntries >= 0, "membership.catch-up-entries must not be negative");
    require(compactAfterEntries > 0, "compaction.after-entries must be positive");
    require(compactAfterBytes > 0, "compaction.after-bytes must be positive");
    require(
        keepForPeersBytes >= compactAfterBytes,
        "compaction.keep-for-peers-bytes must be at least compaction.after-bytes");
    require(
        keepEntries >= 0 && keepEntries < compactAfterEntries,
        "compaction.keep-entries must be less than compaction.after-entries");
    require(journalSnapshotEvery > 0, "journal.snapshot-every must be positive");
    require(journalSnapshotAfterBytes > 0, "journal.snapshot-after-bytes must be positive");
    require(positive(recoveryBackoff), "recovery-backoff must be positive");
  }

  /**
   * @param config the section {@code dchat.raft}
   */
  public static RaftSettings from(Config config) {
    return new RaftSettings(
        config.getDuration("heartbeat-interval"),
        config.getDuration("election-timeout.min"),
        config.getDuration("election-timeout.max"),
        bytes(config, "replication.max-batch-bytes"),
        bytes(config, "replication.max-in-flight-bytes"),
        config.getInt("replication.max-in-flight-batches"),
        config.getInt("replication.max-in-flight-partial-batches"),
        config.getInt("proposals.max-in-flight"),
        bytes(config, "proposals.max-in-flight-bytes"),
        config.getInt("apply.max-batch-entries"),
        config.getDuration("proposals.forward-timeout"),
        config.getDuration("read-timeout"),
        config.getLong("membership.catch-up-entries"),
        config.getLong("compaction.after-entries"),
        config.getBytes("compaction.after-bytes"),
        config.getBytes("compaction.keep-for-peers-bytes"),
        config.getLong("compaction.keep-entries"),
        config.getInt("journal.snapshot-every"),
        config.getBytes("journal.snapshot-after-bytes"),
        config.getDuration("recovery-backoff"),
        "dchat.raft.blocking-dispatcher");
  }

  private static int bytes(Config config, String key) {
    long value = config.getBytes(key);
    require(value <= Integer.MAX_VALUE, key + " must be less than 2 GiB");
    return (int) value;
  }

  private static boolean positive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("dchat.raft." + message);
    }
  }
}
