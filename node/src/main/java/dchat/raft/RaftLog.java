package dchat.raft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * The log in memory: the entries behind the last compacted one, and the membership they describe.
 * Knows nothing of terms of office or commitment; who changes it decides what is right.
 */
final class RaftLog {
  private final List<LogEntry> entries = new ArrayList<>();
  private final TreeMap<Long, Membership> memberships = new TreeMap<>();
  private long baseIndex;
  private long baseTerm;
  private long baseTimestampMillis;
  private long bytes;

  /** An empty log whose membership, until an entry says otherwise, is {@code bootstrap}. */
  RaftLog(Membership bootstrap) {
    memberships.put(0L, bootstrap);
  }

  /** A log that begins behind a snapshot. */
  static RaftLog behind(SnapshotMeta meta) {
    RaftLog log = new RaftLog(meta.membership());
    log.startBehind(meta);
    return log;
  }

  /** An independent log with the same content. */
  RaftLog copy() {
    RaftLog copy = new RaftLog(memberships.firstEntry().getValue());
    copy.baseIndex = baseIndex;
    copy.baseTerm = baseTerm;
    copy.baseTimestampMillis = baseTimestampMillis;
    copy.bytes = bytes;
    copy.memberships.clear();
    copy.memberships.putAll(memberships);
    copy.entries.addAll(entries);
    return copy;
  }

  /** The index before the first entry kept; 0 if nothing was compacted. */
  long baseIndex() {
    return baseIndex;
  }

  /** 0 for an empty log. */
  long lastIndex() {
    return baseIndex + entries.size();
  }

  /** What the entries kept add up to, by {@link LogEntry#sizeBytes()}. */
  long sizeBytes() {
    return bytes;
  }

  /** The entries kept, oldest first. */
  List<LogEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /** 0 for an empty log. */
  long lastTerm() {
    return entries.isEmpty() ? baseTerm : entries.getLast().term();
  }

  /** The last entry's time, in milliseconds since 1970; 0 for an empty log. */
  long lastTimestampMillis() {
    return entries.isEmpty() ? baseTimestampMillis : entries.getLast().timestampMillis();
  }

  /** Whether {@link #term(long)} can tell: the base and every entry behind it. */
  boolean knowsTerm(long index) {
    return index >= baseIndex && index <= lastIndex();
  }

  /**
   * @throws IndexOutOfBoundsException unless {@link #knowsTerm(long)}
   */
  long term(long index) {
    return index == baseIndex ? baseTerm : entry(index).term();
  }

  /**
   * @throws IndexOutOfBoundsException if the entry was compacted or doesn't exist
   */
  LogEntry entry(long index) {
    return entries.get(Math.toIntExact(index - baseIndex - 1));
  }

  /** The membership to use: the latest in the log, committed or not (thesis, section 4.1). */
  Membership membership() {
    return memberships.lastEntry().getValue();
  }

  /** The membership by the entries up to {@code index}, which must not be compacted. */
  Membership membershipAt(long index) {
    return memberships.floorEntry(index).getValue();
  }

  /**
   * Whether {@code id} votes by {@link #membershipAt} of that index, or of any behind it.
   *
   * @param index which must not be compacted
   */
  boolean isVoterFrom(long index, NodeId id) {
    return memberships.tailMap(memberships.floorKey(index), true).values().stream()
        .anyMatch(membership -> membership.isVoter(id));
  }

  /** Index of the entry that {@link #membership()} comes from; 0 for the bootstrap membership. */
  long membershipIndex() {
    return memberships.lastKey();
  }

  /**
   * @throws IllegalArgumentException if {@code added} doesn't continue the log
   */
  void append(List<LogEntry> added) {
    for (LogEntry entry : added) {
      if (entry.index() != lastIndex() + 1 || entry.term() < lastTerm()) {
        throw new IllegalArgumentException(
            "entry %d of term %d can't follow entry %d of term %d"
                .formatted(entry.index(), entry.term(), lastIndex(), lastTerm()));
      }
      entries.add(entry);
      bytes += entry.sizeBytes();
      if (entry.kind() == LogEntry.Kind.CONFIGURATION) {
        memberships.put(entry.index(), RaftCbor.readMembership(entry.payload()));
      }
    }
  }

  /**
   * Removes the entry at {@code fromIndex} and all behind it.
   *
   * @throws IndexOutOfBoundsException if that reaches into the compacted part
   */
  void truncateFrom(long fromIndex) {
    drop(entries.subList(Math.toIntExact(fromIndex - baseIndex - 1), entries.size()));
    memberships.tailMap(fromIndex, true).clear();
  }

  /**
   * Drops the entries up to {@code index}.
   *
   * @throws IndexOutOfBoundsException unless {@code index} is in the log
   */
  void compactTo(long index) {
    SnapshotMeta meta = describe(index);
    drop(entries.subList(0, Math.toIntExact(index - baseIndex)));
    baseIndex = index;
    baseTerm = meta.lastTerm();
    baseTimestampMillis = meta.lastTimestampMillis();
    memberships.headMap(meta.membershipIndex(), false).clear();
  }

  /**
   * Puts a snapshot in the place of the entries it stands for. What follows them stays if it
   * continues the snapshot; else it contradicts it, and all goes (paper, figure 13, rules 6 and 7).
   */
  void install(SnapshotMeta meta) {
    if (continues(meta)) {
      compactTo(meta.lastIndex());
    } else {
      drop(entries);
      startBehind(meta);
    }
  }

  /** Whether this log contains what the snapshot stands for, compacted or not. */
  boolean holds(SnapshotMeta meta) {
    return meta.lastIndex() < baseIndex || continues(meta);
  }

  private boolean continues(SnapshotMeta meta) {
    return knowsTerm(meta.lastIndex()) && term(meta.lastIndex()) == meta.lastTerm();
  }

  private void startBehind(SnapshotMeta meta) {
    baseIndex = meta.lastIndex();
    baseTerm = meta.lastTerm();
    baseTimestampMillis = meta.lastTimestampMillis();
    memberships.clear();
    memberships.put(meta.membershipIndex(), meta.membership());
  }

  private void drop(List<LogEntry> part) {
    bytes -= part.stream().mapToLong(LogEntry::sizeBytes).sum();
    part.clear();
  }

  /**
   * What a snapshot of all entries up to {@code index} stands for.
   *
   * @throws IndexOutOfBoundsException unless {@link #knowsTerm(long)}
   */
  SnapshotMeta describe(long index) {
    return new SnapshotMeta(
        index,
        term(index),
        index == baseIndex ? baseTimestampMillis : entry(index).timestampMillis(),
        membershipAt(index),
        memberships.floorKey(index));
  }

  /** The index before the longest tail of so many entries and so many bytes at most. */
  long indexBeforeTail(long maxEntries, long maxBytes) {
    long index = lastIndex();
    long end = Math.max(baseIndex, index - maxEntries);
    long tailBytes = 0;
    while (index > end && tailBytes + entry(index).sizeBytes() <= maxBytes) {
      tailBytes += entry(index).sizeBytes();
      index--;
    }
    return index;
  }

  /** Whether a log ending so is at least as up-to-date as this one (paper, section 5.4.1). */
  boolean isUpToDate(long otherLastIndex, long otherLastTerm) {
    return otherLastTerm > lastTerm()
        || (otherLastTerm == lastTerm() && otherLastIndex >= lastIndex());
  }

  /**
   * Entries from {@code fromIndex} on, as many as fit, but at least one if there is one.
   *
   * @param maxBytes bound for the sum of {@link LogEntry#sizeBytes()}
   */
  List<LogEntry> slice(long fromIndex, long toIndex, int maxBytes, int maxEntries) {
    List<LogEntry> slice = new ArrayList<>();
    long bytes = 0;
    long last = Math.min(toIndex, lastIndex());
    for (long index = fromIndex; index <= last && slice.size() < maxEntries; index++) {
      LogEntry entry = entry(index);
      bytes += entry.sizeBytes();
      if (!slice.isEmpty() && bytes > maxBytes) {
        break;
      }
      slice.add(entry);
    }
    return slice;
  }

  /** The first index this log still holds of the term it has at {@code index}. */
  long firstIndexOfTermAt(long index) {
    long term = term(index);
    long first = index;
    while (first - 1 > baseIndex && term(first - 1) == term) {
      first--;
    }
    return first;
  }

  /**
   * Where a leader with this log goes on after a follower's conflict (paper, end of section 5.3):
   * behind its own last entry of the follower's conflicting term if it has one, else at the
   * follower's first index of that term. One round per conflicting term instead of one per entry.
   * That may lie in the compacted part, which tells the leader that only a snapshot can help.
   */
  long nextIndexAfterConflict(long conflictTerm, long conflictIndex) {
    long index = Math.clamp(conflictIndex, 1, lastIndex() + 1);
    long last = lastIndex();
    while (last > baseIndex && term(last) > conflictTerm) {
      last--;
    }
    boolean holdsThatTerm = conflictTerm != 0 && term(last) == conflictTerm;
    return holdsThatTerm ? last + 1 : index;
  }
}
