package dchat.sim;

import dchat.raft.Journal;
import dchat.raft.JournalEvent;
import dchat.raft.JournalReplay;
import dchat.raft.LogEntry;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.PeerMessage;
import dchat.raft.RaftStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What must hold at every step of a run (paper, figure 3, and the promises about durability that
 * stand behind it). It sees what leaves a node, what becomes durable, what a node says of itself
 * and what it applies, keeps its own account of it, and throws a {@link Violation} at once.
 */
final class Safety {

  /** What is known of the entry with some index and term, wherever it was seen. */
  private record Known(long prevTerm, LogEntry.Kind kind, long timestampMillis, int payloadHash) {}

  private record Position(long index, long term) {}

  private record Ballot(NodeId voter, long term) {}

  /** One node's disk as it should be, and how far its state is. */
  private static final class Account {
    private final DiskLog log = new DiskLog();
    private long term;
    private Optional<NodeId> vote = Optional.empty();
    private long applied;

    /** The state holds this durably, in the place of the log's beginning. */
    private long installed;
  }

  private final Membership membership;
  private final Map<NodeId, Account> accounts = new TreeMap<>();
  private final Map<Position, Known> known = new HashMap<>();
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final TreeMap<Long, Long> firstIndexes = new TreeMap<>();
  private final Map<Ballot, NodeId> votes = new HashMap<>();

  /** How far the leader of each term has committed. */
  private final TreeMap<Long, Long> committedByTerm = new TreeMap<>();

  private final List<Long> committedTerms = new ArrayList<>();
  private final Simulation simulation;

  Safety(Simulation simulation, Membership membership) {
    this.simulation = simulation;
    this.membership = membership;
    membership.members().forEach(member -> accounts.put(member.id(), new Account()));
  }

  /** How many entries are known to be committed. */
  long committed() {
    return committedTerms.size();
  }

  /** How many terms had a leader. */
  int leaderships() {
    return leaders.size();
  }

  // --- what leaves a node

  void onSend(NodeId to, PeerMessage message) {
    switch (message) {
      case PeerMessage.VoteRequest request -> {
        // A candidate votes for itself (paper, section 5.2).
        cast(request.from(), request.term(), request.from());
        requireDurableVote(request.from(), request.term(), request.from());
      }
      case PeerMessage.VoteReply reply -> {
        if (reply.granted()) {
          cast(reply.from(), reply.term(), to);
          requireDurableVote(reply.from(), reply.term(), to);
        }
      }
      case PeerMessage.AppendEntries append -> {
        leads(append.from(), append.term());
        long prevTerm = append.prevLogTerm();
        for (LogEntry entry : append.entries()) {
          learn(entry, prevTerm);
          prevTerm = entry.term();
        }
      }
      case PeerMessage.AppendAccepted accepted -> requireDurableLog(accepted);
      case PeerMessage.TimeoutNow handover -> leads(handover.from(), handover.term());
      case PeerMessage.ReadIndexRequest ignored -> {}
      case PeerMessage.ReadIndexReply ignored -> {}
      case PeerMessage.InstallSnapshot part -> leads(part.from(), part.term());
      case PeerMessage.SnapshotChunkStored ignored -> {}
      case PeerMessage.PreVoteRequest ignored -> {}
      case PeerMessage.PreVoteReply ignored -> {}
      case PeerMessage.AppendRejected ignored -> {}
      case PeerMessage.ForwardedProposal ignored -> {}
      case PeerMessage.ForwardedReply ignored -> {}
    }
  }

  /** At most one vote a term, whatever crashes lie between (paper, section 5.2). */
  private void cast(NodeId voter, long term, NodeId candidate) {
    NodeId earlier = votes.putIfAbsent(new Ballot(voter, term), candidate);
    require(
        earlier == null || earlier.equals(candidate),
        "%s votes for %s in term %d, and has voted for %s",
        voter,
        candidate,
        term,
        earlier);
  }

  private void requireDurableVote(NodeId voter, long term, NodeId candidate) {
    Account account = accounts.get(voter);
    require(
        account.term == term && account.vote.equals(Optional.of(candidate)),
        "%s lets out its vote for %s in term %d while its disk says term %d, vote %s",
        voter,
        candidate,
        term,
        account.term,
        account.vote);
  }

  private void requireDurableLog(PeerMessage.AppendAccepted accepted) {
    Account account = accounts.get(accepted.from());
    require(
        account.term >= accepted.term(),
        "%s accepts entries in term %d while its disk says term %d",
        accepted.from(),
        accepted.term(),
        account.term);
    // An installed snapshot is durable with the state, before the journal hears of it.
    long durable = Math.max(account.log.lastIndex(), account.installed);
    require(
        durable >= accepted.matchIndex(),
        "%s acknowledges entry %d while its disk ends at %d",
        accepted.from(),
        accepted.matchIndex(),
        durable);
  }

  // --- what becomes durable

  void onStored(NodeId node, List<JournalEvent> events) {
    Account account = accounts.get(node);
    for (JournalEvent event : events) {
      switch (event) {
        case JournalEvent.TermChanged(var term, var vote) -> {
          require(
              term > account.term
                  || (term == account.term
                      && (account.vote.isEmpty() || account.vote.equals(vote))),
              "%s stores term %d with vote %s behind term %d with vote %s",
              node,
              term,
              vote,
              account.term,
              account.vote);
          account.term = term;
          account.vote = vote;
        }
        case JournalEvent.Appended(var entries) -> entries.forEach(e -> append(node, account, e));
        case JournalEvent.Truncated truncated -> truncate(node, account, truncated);
        case JournalEvent.Compacted(var index) -> {
          require(
              isCommitted(index, account.log.term(index)) && index <= account.applied,
              "%s drops entries up to %d, but has applied only those up to %d",
              node,
              index,
              account.applied);
          account.log.compact(index);
        }
        case JournalEvent.SnapshotInstalled(var meta) -> {
          require(
              meta.lastIndex() <= account.installed,
              "%s begins its log behind %d, but its state holds a snapshot of %d",
              node,
              meta.lastIndex(),
              account.installed);
          account.log.install(meta);
        }
      }
    }
  }

  private void append(NodeId node, Account account, LogEntry entry) {
    long last = account.log.lastIndex();
    long lastTerm = account.log.term(last);
    require(
        entry.index() == last + 1, "%s stores entry %d behind entry %d", node, entry.index(), last);
    require(
        entry.term() >= lastTerm && entry.term() <= account.term,
        "%s stores entry %d of term %d behind one of term %d while its disk says term %d",
        node,
        entry.index(),
        entry.term(),
        lastTerm,
        account.term);
    learn(entry, lastTerm);
    account.log.append(entry);
  }

  private void truncate(NodeId node, Account account, JournalEvent.Truncated truncated) {
    for (long index = truncated.fromIndex(); index <= account.log.lastIndex(); index++) {
      require(
          !isCommitted(index, account.log.term(index)),
          "%s removes entry %d of term %d from its disk, which is committed",
          node,
          index,
          account.log.term(index));
    }
    account.log.truncate(truncated);
  }

  private boolean isCommitted(long index, long term) {
    return index <= committed() && committedTerms.get((int) index - 1) == term;
  }

  /**
   * Log matching (paper, section 5.3): an index and a term belong to one entry with one
   * predecessor, so two logs that have such an entry in common agree in everything before it.
   */
  private void learn(LogEntry entry, long prevTerm) {
    Known seen =
        new Known(
            prevTerm, entry.kind(), entry.timestampMillis(), Arrays.hashCode(entry.payload()));
    Known before = known.putIfAbsent(new Position(entry.index(), entry.term()), seen);
    require(
        before == null || before.equals(seen),
        "entry %d of term %d is %s at one place and %s at another",
        entry.index(),
        entry.term(),
        before,
        seen);
    if (firstIndexes.putIfAbsent(entry.term(), entry.index()) == null) {
      requireComplete(entry.index(), entry.term());
    }
  }

  // --- what a node says of itself

  void onStatus(RaftStatus status) {
    if (status.isLeader()) {
      leads(status.self(), status.term());
      if (status.commitIndex() > committed()) {
        commit(status.self(), status.term(), status.commitIndex());
      }
    }
    require(
        status.commitIndex() <= committed(),
        "%s takes entry %d for committed, but no leader has committed more than %d",
        status.self(),
        status.commitIndex(),
        committed());
    require(
        status.commitIndex() <= status.lastLogIndex(),
        "%s says entry %d is committed, but has only %d",
        status.self(),
        status.commitIndex(),
        status.lastLogIndex());
  }

  /** Election safety: at most one leader in a term, ever (paper, section 5.2). */
  private void leads(NodeId leader, long term) {
    NodeId earlier = leaders.putIfAbsent(term, leader);
    require(
        earlier == null || earlier.equals(leader),
        "two leaders in term %d: %s and %s",
        term,
        earlier,
        leader);
  }

  /**
   * An entry is committed when one of the leader's own term is durable on a majority, and with it
   * everything before it (paper, section 5.4.2).
   */
  private void commit(NodeId leader, long term, long index) {
    require(
        known.containsKey(new Position(index, term)),
        "%s commits entry %d, which isn't of its term %d",
        leader,
        index,
        term);
    List<NodeId> holders =
        accounts.entrySet().stream()
            .filter(account -> holds(account.getValue(), index, term))
            .map(Map.Entry::getKey)
            .toList();
    require(
        membership.isMajority(holders),
        "%s commits entry %d of term %d, which only %s hold durably",
        leader,
        index,
        term,
        holders);
    long[] terms = new long[(int) (index - committed())];
    long at = term;
    for (long i = index; i > committed(); i--) {
      terms[(int) (i - committed() - 1)] = at;
      at = known.get(new Position(i, at)).prevTerm();
    }
    require(
        committed() == 0 || at == committedTerms.getLast(),
        "%s commits entry %d of term %d, whose past isn't what was committed up to %d",
        leader,
        index,
        term,
        committed());
    for (long committedTerm : terms) {
      committedTerms.add(committedTerm);
    }
    committedByTerm.put(term, index);
    firstIndexes.tailMap(term, false).forEach((later, first) -> requireComplete(first, later));
  }

  /** What was compacted was committed, and this is the entry that will be. */
  private static boolean holds(Account account, long index, long term) {
    return account.log.term(index) == term
        || index < account.log.baseIndex()
        || index <= account.installed;
  }

  /**
   * Leader completeness (paper, section 5.4): what leads to an entry of a leader holds everything
   * that was committed in earlier terms.
   */
  private void requireComplete(long index, long term) {
    Map.Entry<Long, Long> before = committedByTerm.lowerEntry(term);
    if (before == null) {
      return;
    }
    long needed = before.getValue();
    long at = term;
    for (long i = index; i > needed; i--) {
      Known entry = known.get(new Position(i, at));
      if (entry == null) {
        return; // Not seen anywhere yet; looked at again when this leader commits.
      }
      at = entry.prevTerm();
    }
    require(
        index > needed && at == committedTerms.get((int) needed - 1),
        "the leader of term %d has no entry %d of term %d, which is committed",
        term,
        needed,
        committedTerms.get((int) needed - 1));
  }

  // --- what a node applies

  /** State machine safety (paper, section 5.4.3), and nothing ahead of the node's own disk. */
  void onApplied(NodeId node, List<LogEntry> entries) {
    Account account = accounts.get(node);
    for (LogEntry entry : entries) {
      require(
          entry.index() == account.applied + 1,
          "%s applies entry %d behind entry %d",
          node,
          entry.index(),
          account.applied);
      require(
          isCommitted(entry.index(), entry.term()),
          "%s applies entry %d of term %d, which isn't committed",
          node,
          entry.index(),
          entry.term());
      require(
          holds(account, entry.index(), entry.term()),
          "%s applies entry %d, which its own disk doesn't hold",
          node,
          entry.index());
      require(
          known.get(new Position(entry.index(), entry.term())).payloadHash()
              == Arrays.hashCode(entry.payload()),
          "%s applies another content of entry %d",
          node,
          entry.index());
      account.applied = entry.index();
    }
  }

  /** A snapshot of everything up to {@code index} has taken the place of a node's state. */
  void onInstalled(NodeId node, long index) {
    require(
        index <= committed(),
        "%s installs a snapshot of %d, ahead of what is committed",
        node,
        index);
    Account account = accounts.get(node);
    require(
        index > account.applied,
        "%s installs a snapshot of %d, but had applied %d",
        node,
        index,
        account.applied);
    account.installed = index;
    account.applied = index;
  }

  /** A client was told that its command is committed at this index. */
  void onAcknowledged(byte[] command, long index) {
    require(index <= committed(), "entry %d was acknowledged, but isn't committed", index);
    Known entry = known.get(new Position(index, committedTerms.get((int) index - 1)));
    require(
        entry.payloadHash() == Arrays.hashCode(command),
        "a command was acknowledged for entry %d, which is another",
        index);
  }

  // --- what becomes of a node

  /** From now on the node's state is what its disk holds. */
  void onCrash(NodeId node, long applied) {
    accounts.get(node).applied = applied;
  }

  /** Reading the journal again must give exactly what it was told to store. */
  void requireReplayEqualsLog(NodeId node, List<JournalEvent> events) {
    Account account = accounts.get(node);
    Journal.Recovered recovered = JournalReplay.recovered(membership, events);
    require(
        recovered.term() == account.term && recovered.votedFor().equals(account.vote),
        "%s replays term %d with vote %s instead of term %d with vote %s",
        node,
        recovered.term(),
        recovered.votedFor(),
        account.term,
        account.vote);
    List<LogEntry> replayed = JournalReplay.entries(recovered);
    List<LogEntry> stored = account.log.entries();
    boolean equal =
        JournalReplay.baseIndex(recovered) == account.log.baseIndex()
            && replayed.size() == stored.size()
            && IntStream.range(0, stored.size())
                .allMatch(i -> same(stored.get(i), replayed.get(i)));
    require(
        equal,
        "%s replays %d entries behind %d, instead of %d behind %d",
        node,
        replayed.size(),
        JournalReplay.baseIndex(recovered),
        stored.size(),
        account.log.baseIndex());
  }

  private static boolean same(LogEntry a, LogEntry b) {
    return a.index() == b.index()
        && a.term() == b.term()
        && a.kind() == b.kind()
        && a.timestampMillis() == b.timestampMillis()
        && Arrays.equals(a.payload(), b.payload());
  }

  void onDied(NodeId node, Throwable cause) {
    simulation.fail(new Violation(node + " died: " + cause, cause));
  }

  private void require(boolean holds, String what, Object... details) {
    if (!holds) {
      Violation violation = new Violation(what.formatted(details));
      simulation.fail(violation);
      throw violation;
    }
  }
}
