package dchat.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The persistent state on all servers (paper, figure 2: currentTerm, votedFor, log[]). A change is
 * made in memory at once and joins the next write to the journal; the {@code durable} methods tell
 * how much of it would survive a crash right now, and whatever promises durability asks them first.
 *
 * <p>At most one write is under way. What changes meanwhile is collected into the next one: that is
 * the group commit.
 */
final class PersistentState {

  /** What the journal is asked to make durable as one. */
  record Write(long number, List<JournalEvent> events) {}

  private record InFlight(long number, long term, Optional<NodeId> votedFor) {}

  private final RaftLog log;
  private long currentTerm;
  private Optional<NodeId> votedFor;

  private final List<JournalEvent> unwritten = new ArrayList<>();
  private Optional<InFlight> inFlight = Optional.empty();
  private long lastWriteNumber;

  private long durableTerm;
  private Optional<NodeId> durableVote;
  private long durableIndex;

  /** How far the log will be durable when the write under way completes. */
  private long inFlightIndex;

  /**
   * Starts from what the journal holds.
   *
   * @param lastWriteNumber a number that no write under way carries or exceeds, so that a late
   *     completion of an earlier journal can't vouch for a new write
   */
  PersistentState(long currentTerm, Optional<NodeId> votedFor, RaftLog log, long lastWriteNumber) {
    this.currentTerm = currentTerm;
    this.votedFor = votedFor;
    this.log = log;
    this.lastWriteNumber = lastWriteNumber;
    this.durableTerm = currentTerm;
    this.durableVote = votedFor;
    this.durableIndex = log.lastIndex();
    this.inFlightIndex = log.lastIndex();
  }

  long currentTerm() {
    return currentTerm;
  }

  Optional<NodeId> votedFor() {
    return votedFor;
  }

  /** For reading; changes go through this class. */
  RaftLog log() {
    return log;
  }

  /**
   * @throws IllegalStateException if {@code term} isn't newer
   */
  void advanceTerm(long term) {
    if (term <= currentTerm) {
      throw new IllegalStateException("term can't go from " + currentTerm + " to " + term);
    }
    currentTerm = term;
    votedFor = Optional.empty();
    unwritten.add(new JournalEvent.TermChanged(currentTerm, votedFor));
  }

  /**
   * @throws IllegalStateException if another candidate has this term's vote already
   */
  void voteFor(NodeId candidate) {
    if (votedFor.isPresent() && !votedFor.get().equals(candidate)) {
      throw new IllegalStateException(
          "voted for " + votedFor.get() + " in term " + currentTerm + ", not " + candidate);
    }
    votedFor = Optional.of(candidate);
    JournalEvent vote = new JournalEvent.TermChanged(currentTerm, votedFor);
    if (!unwritten.isEmpty() && unwritten.getLast() instanceof JournalEvent.TermChanged) {
      unwritten.removeLast();
    }
    unwritten.add(vote);
  }

  /** Changes nothing: for who wants to know whether the journal takes writes. */
  void writeTermAgain() {
    unwritten.add(new JournalEvent.TermChanged(currentTerm, votedFor));
  }

  void append(List<LogEntry> entries) {
    log.append(entries);
    if (!unwritten.isEmpty() && unwritten.getLast() instanceof JournalEvent.Appended(var earlier)) {
      earlier.addAll(entries);
    } else {
      unwritten.add(new JournalEvent.Appended(new ArrayList<>(entries)));
    }
  }

  void truncateFrom(long index) {
    log.truncateFrom(index);
    unwritten.add(new JournalEvent.Truncated(index));
    // The write under way may still store what was just removed, and its completion must not vouch
    // for whatever takes its place.
    durableIndex = Math.min(durableIndex, index - 1);
    inFlightIndex = Math.min(inFlightIndex, index - 1);
  }

  /**
   * Drops the entries up to {@code index}, which the state machine holds durably.
   *
   * @throws IllegalStateException if the journal doesn't hold them durably yet
   */
  void compactTo(long index) {
    if (index > durableIndex) {
      throw new IllegalStateException(
          "can't compact to " + index + ": durable only to " + durableIndex);
    }
    log.compactTo(index);
    unwritten.add(new JournalEvent.Compacted(index));
  }

  /**
   * Goes on behind a snapshot that the state machine has installed durably: should this node crash
   * before the journal knows, the state machine's label tells it again.
   */
  void install(SnapshotMeta meta) {
    boolean continued =
        log.knowsTerm(meta.lastIndex()) && log.term(meta.lastIndex()) == meta.lastTerm();
    log.install(meta);
    unwritten.add(new JournalEvent.SnapshotInstalled(meta));
    durableIndex = continued ? Math.max(durableIndex, meta.lastIndex()) : meta.lastIndex();
    inFlightIndex = continued ? Math.max(inFlightIndex, meta.lastIndex()) : meta.lastIndex();
  }

  /** Whether there is something to write and nothing under way. */
  boolean mayWrite() {
    return !hasWriteUnderWay() && !unwritten.isEmpty();
  }

  /** The next write, if there is something to write and none is under way. */
  Optional<Write> nextWrite() {
    if (!mayWrite()) {
      return Optional.empty();
    }
    Write write = new Write(++lastWriteNumber, List.copyOf(unwritten));
    unwritten.clear();
    inFlight = Optional.of(new InFlight(write.number(), currentTerm, votedFor));
    inFlightIndex = log.lastIndex();
    return Optional.of(write);
  }

  /**
   * Notes a write's completion.
   *
   * @return whether it was the one under way; an older one's means nothing any more
   */
  boolean completed(long number) {
    if (inFlight.isEmpty() || inFlight.get().number() != number) {
      return false;
    }
    durableTerm = inFlight.get().term();
    durableVote = inFlight.get().votedFor();
    durableIndex = inFlightIndex;
    inFlight = Optional.empty();
    return true;
  }

  /** Whether the current term itself would survive a crash. */
  boolean isTermDurable() {
    return durableTerm == currentTerm;
  }

  /** Whether this term's vote for {@code candidate} would survive a crash. */
  boolean isVoteDurable(NodeId candidate) {
    return isTermDurable() && durableVote.filter(candidate::equals).isPresent();
  }

  /** The log up to here would survive a crash. */
  long durableIndex() {
    return durableIndex;
  }

  boolean hasWriteUnderWay() {
    return inFlight.isPresent();
  }

  /** Number of the last write handed out. */
  long lastWriteNumber() {
    return lastWriteNumber;
  }
}
