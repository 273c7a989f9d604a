package dchat.raft;

/**
 * What a snapshot stands for: all entries up to {@code lastIndex}, and the membership they leave
 * behind (thesis, section 5.1).
 *
 * @param lastTimestampMillis the last entry's time, so that a leader's clock never runs behind it
 * @param membershipIndex index of the entry that {@code membership} comes from
 */
public record SnapshotMeta(
    long lastIndex,
    long lastTerm,
    long lastTimestampMillis,
    Membership membership,
    long membershipIndex) {}
