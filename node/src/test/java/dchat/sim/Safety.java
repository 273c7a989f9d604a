package dchat.sim;

import dchat.raft.Journal;
import dchat.raft.JournalEvent;
import dchat.raft.JournalReplay;
import dchat.raft.LogEntry;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.PeerMessage;
import dchat.raft.RaftStatus;
import dchat.raft.SnapshotMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What must hold at every step of a run (paper, figure 3, and the promises about durability that
 * stand behind it). It sees what leaves a node, what becomes durable, what a node says of itself
 * and what it applies, keeps its own account of it, and ends the run at once.
 */
final class Safety {

  /** One node's disk as it should be, and how far its state is. */
  private static final class Account {
    private final DiskLog log = new DiskLog();
    private long term;
    private Optional<NodeId> vote = Optional.empty();
    private long applied;

    /** The state holds this durably, in the place of the log's beginning. */
    private long installed;

    /** What was compacted was committed, and this is the entry that will be. */
    private boolean holds(long index, long entryTerm) {
      return log.term(index) == entryTerm || index < log.baseIndex() || index <= installed;
    }
  }

  private final Simulation simulation;
  private final Judge judge;
  private final Elections elections;
  private final Lineage lineage;
  private final Map<NodeId, Account> accounts = new TreeMap<>();

  Safety(Simulation simulation, Membership bootstrap) {
    this.simulation = simulation;
    this.judge = new Judge(simulation);
    this.elections = new Elections(judge);
    this.lineage = new Lineage(judge, bootstrap);
  }

  long committed() {
    return lineage.committed();
  }

  /** How many terms had a leader. */
  int leaderships() {
    return elections.leaderships();
  }

  /** A node with an empty disk; if there was one of that name, it is gone for good. */
  void onNew(NodeId node) {
    accounts.put(node, new Account());
    elections.forgetVotesOf(node);
  }

  // --- what leaves a node

  void onSend(NodeId to, PeerMessage message) {
    switch (message) {
      case PeerMessage.VoteRequest request ->
          // A candidate votes for itself (paper, section 5.2).
          onVote(request.from(), request.term(), request.from());
      case PeerMessage.VoteReply reply -> {
        if (reply.granted()) {
          onVote(reply.from(), reply.term(), to);
        }
      }
      case PeerMessage.AppendEntries append -> {
        elections.leads(append.from(), append.term());
        long prevTerm = append.prevLogTerm();
        for (LogEntry entry : append.entries()) {
          lineage.learn(entry, prevTerm);
          prevTerm = entry.term();
        }
      }
      case PeerMessage.AppendAccepted accepted -> requireDurableLog(accepted);
      case PeerMessage.TimeoutNow handover -> elections.leads(handover.from(), handover.term());
      case PeerMessage.CommitAdvanced news -> elections.leads(news.from(), news.term());
      case PeerMessage.InstallSnapshot part -> elections.leads(part.from(), part.term());
      case PeerMessage.SnapshotChunkStored ignored -> {}
      case PeerMessage.ReadIndexRequest ignored -> {}
      case PeerMessage.ReadIndexReply ignored -> {}
      case PeerMessage.PreVoteRequest ignored -> {}
      case PeerMessage.PreVoteReply ignored -> {}
      case PeerMessage.NotAMember ignored -> {}
      case PeerMessage.AppendRejected ignored -> {}
      case PeerMessage.ForwardedProposal ignored -> {}
      case PeerMessage.ForwardedReply ignored -> {}
    }
  }

  private void onVote(NodeId voter, long term, NodeId candidate) {
    elections.voted(voter, term, candidate);
    Account account = accounts.get(voter);
    judge.require(
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
    judge.require(
        account.term >= accepted.term(),
        "%s accepts entries in term %d while its disk says term %d",
        accepted.from(),
        accepted.term(),
        account.term);
    // An installed snapshot is durable with the state, before the journal hears of it.
    long durable = Math.max(account.log.lastIndex(), account.installed);
    judge.require(
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
        case JournalEvent.TermChanged changed -> changeTerm(node, account, changed);
        case JournalEvent.Appended(var entries) -> entries.forEach(e -> append(node, account, e));
        case JournalEvent.Truncated truncated -> truncate(node, account, truncated);
        case JournalEvent.Compacted(var index) -> compact(node, account, index);
        case JournalEvent.SnapshotInstalled(var meta) -> install(node, account, meta);
      }
    }
  }

  private void changeTerm(NodeId node, Account account, JournalEvent.TermChanged changed) {
    boolean keepsVote = account.vote.isEmpty() || account.vote.equals(changed.votedFor());
    judge.require(
        changed.term() > account.term || (changed.term() == account.term && keepsVote),
        "%s stores %s behind term %d with vote %s",
        node,
        changed,
        account.term,
        account.vote);
    account.term = changed.term();
    account.vote = changed.votedFor();
  }

  private void append(NodeId node, Account account, LogEntry entry) {
    long last = account.log.lastIndex();
    long lastTerm = account.log.term(last);
    judge.require(
        entry.index() == last + 1, "%s stores entry %d behind entry %d", node, entry.index(), last);
    judge.require(
        entry.term() >= lastTerm && entry.term() <= account.term,
        "%s stores entry %d of term %d behind one of term %d while its disk says term %d",
        node,
        entry.index(),
        entry.term(),
        lastTerm,
        account.term);
    lineage.learn(entry, lastTerm);
    account.log.append(entry);
  }

  private void truncate(NodeId node, Account account, JournalEvent.Truncated truncated) {
    for (long index = truncated.fromIndex(); index <= account.log.lastIndex(); index++) {
      judge.require(
          !lineage.isCommitted(index, account.log.term(index)),
          "%s removes entry %d of term %d from its disk, which is committed",
          node,
          index,
          account.log.term(index));
    }
    account.log.truncate(truncated);
  }

  private void compact(NodeId node, Account account, long index) {
    judge.require(
        lineage.isCommitted(index, account.log.term(index)) && index <= account.applied,
        "%s drops entries up to %d, but has applied only those up to %d",
        node,
        index,
        account.applied);
    account.log.compact(index);
  }

  private void install(NodeId node, Account account, SnapshotMeta meta) {
    judge.require(
        meta.lastIndex() <= account.installed
            && lineage.isCommitted(meta.lastIndex(), meta.lastTerm()),
        "%s begins its log behind %s, but its state holds a snapshot of %d",
        node,
        meta,
        account.installed);
    account.log.install(meta);
  }

  // --- what a node says of itself

  /**
   * @param before what it said last
   */
  void onStatus(Optional<RaftStatus> before, RaftStatus status) {
    // A leader that commits its own removal says so as a follower.
    boolean ledUntilNow =
        before.filter(RaftStatus::isLeader).filter(b -> b.term() == status.term()).isPresent();
    if (status.isLeader() || ledUntilNow) {
      elections.leads(status.self(), status.term());
      if (!ledUntilNow) {
        // Who is alone asks nobody, but votes for itself all the same.
        onVote(status.self(), status.term(), status.self());
        elections.requireElected(status.self(), status.term(), status.membership());
      }
      if (status.commitIndex() > lineage.committed()) {
        requireDurableOnMajority(status);
        lineage.commit(status.self(), status.term(), status.commitIndex());
      }
    }
    judge.require(
        status.commitIndex() <= lineage.committed(),
        "%s takes entry %d for committed, but no leader has committed more than %d",
        status.self(),
        status.commitIndex(),
        lineage.committed());
    judge.require(
        status.commitIndex() <= status.lastLogIndex(),
        "%s says entry %d is committed, but has only %d",
        status.self(),
        status.commitIndex(),
        status.lastLogIndex());
  }

  /** What a leader commits is on the disks of a majority of the voters in its log. */
  private void requireDurableOnMajority(RaftStatus leader) {
    List<NodeId> holders =
        leader.membership().members().stream()
            .map(Member::id)
            .filter(accounts::containsKey)
            .filter(id -> accounts.get(id).holds(leader.commitIndex(), leader.term()))
            .toList();
    judge.require(
        leader.membership().isMajority(holders),
        "%s commits entry %d of term %d, which only %s of %s hold durably",
        leader.self(),
        leader.commitIndex(),
        leader.term(),
        holders,
        leader.membership().members().stream().map(Member::id).toList());
  }

  // --- what a node applies

  /** State machine safety (paper, section 5.4.3), and nothing ahead of the node's own disk. */
  void onApplied(NodeId node, List<LogEntry> entries) {
    Account account = accounts.get(node);
    for (LogEntry entry : entries) {
      judge.require(
          entry.index() == account.applied + 1,
          "%s applies entry %d behind entry %d",
          node,
          entry.index(),
          account.applied);
      judge.require(
          lineage.isCommitted(entry.index(), entry.term())
              && lineage.isCommittedContent(entry.index(), entry.payload()),
          "%s applies entry %d of term %d, which isn't committed",
          node,
          entry.index(),
          entry.term());
      judge.require(
          account.holds(entry.index(), entry.term()),
          "%s applies entry %d, which its own disk doesn't hold",
          node,
          entry.index());
      account.applied = entry.index();
    }
  }

  /** A snapshot of everything up to {@code index} has taken the place of a node's state. */
  void onInstalled(NodeId node, long index) {
    Account account = accounts.get(node);
    judge.require(
        index > account.applied && index <= lineage.committed(),
        "%s, which has applied %d, installs a snapshot of %d, with %d committed",
        node,
        account.applied,
        index,
        lineage.committed());
    account.installed = index;
    account.applied = index;
  }

  /** A client was told that its command is committed at this index. */
  void onAcknowledged(byte[] command, long index) {
    judge.require(
        index <= lineage.committed() && lineage.isCommittedContent(index, command),
        "a command was acknowledged for entry %d, which isn't committed or is another",
        index);
  }

  // --- what becomes of a node

  /** From now on the node's state is what its disk holds. */
  void onCrash(NodeId node, long applied) {
    accounts.get(node).applied = applied;
  }

  void onDied(NodeId node, Throwable cause) {
    simulation.fail(new Violation(node + " died: " + cause, cause));
  }

  /** Reading the journal again must give exactly what it was told to store. */
  void requireReplayEqualsLog(NodeId node, Membership bootstrap, List<JournalEvent> events) {
    Account account = accounts.get(node);
    Journal.Recovered recovered = JournalReplay.recovered(bootstrap, events);
    judge.require(
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
                .allMatch(i -> Lineage.same(stored.get(i), replayed.get(i)));
    judge.require(
        equal,
        "%s replays %d entries behind %d, instead of %d behind %d",
        node,
        replayed.size(),
        JournalReplay.baseIndex(recovered),
        stored.size(),
        account.log.baseIndex());
  }
}
