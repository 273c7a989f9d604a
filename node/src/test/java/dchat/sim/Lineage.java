package dchat.sim;

import dchat.raft.JournalReplay;
import dchat.raft.LogEntry;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Every entry that was ever in a log of the run, each with its predecessor, and which of them are
 * committed.
 */
final class Lineage {

  /**
   * An entry, wherever it was seen.
   *
   * @param membership the latest one up to this entry, if all before it is known
   */
  private record Known(long prevTerm, LogEntry entry, Optional<Membership> membership) {}

  private final Judge judge;

  /** By index: the entries of different terms that were seen there. */
  private final List<List<Known>> known = new ArrayList<>();

  /** Where each term's first entry stands. */
  private final TreeMap<Long, Long> firstIndexes = new TreeMap<>();

  /** How far the leader of each term has committed. */
  private final TreeMap<Long, Long> committedByTerm = new TreeMap<>();

  private final List<Long> committedTerms = new ArrayList<>();

  Lineage(Judge judge, Membership bootstrap) {
    this.judge = judge;
    LogEntry nothing = new LogEntry(0, 0, 0, LogEntry.Kind.NO_OP, new byte[0]);
    known.add(List.of(new Known(0, nothing, Optional.of(bootstrap))));
  }

  /** How many entries are known to be committed. */
  long committed() {
    return committedTerms.size();
  }

  boolean isCommitted(long index, long term) {
    return index <= committed() && (index == 0 || committedTerms.get((int) index - 1) == term);
  }

  /** Term of a committed entry. */
  long committedTerm(long index) {
    return index == 0 ? 0 : committedTerms.get((int) index - 1);
  }

  /** Whether the entry that is committed at {@code index} has this content. */
  boolean isCommittedContent(long index, byte[] payload) {
    Optional<Known> entry = find(index, committedTerm(index));
    return entry.isPresent() && Arrays.equals(entry.get().entry().payload(), payload);
  }

  /**
   * Log matching (paper, section 5.3): an index and a term belong to one entry with one
   * predecessor, so two logs that have such an entry in common agree in everything before it.
   */
  void learn(LogEntry entry, long prevTerm) {
    Optional<Known> before = find(entry.index(), entry.term());
    if (before.isPresent()) {
      judge.require(
          before.get().prevTerm() == prevTerm && same(before.get().entry(), entry),
          "entry %d of term %d, behind one of term %d, is %s at one place and %s at another",
          entry.index(),
          entry.term(),
          prevTerm,
          before.get(),
          entry);
      return;
    }
    Optional<Membership> membership = find(entry.index() - 1, prevTerm).flatMap(Known::membership);
    if (entry.kind() == LogEntry.Kind.CONFIGURATION) {
      Membership changed = JournalReplay.membership(entry);
      membership.ifPresent(earlier -> requireOneChange(earlier, changed));
      membership = Optional.of(changed);
    }
    at(entry.index()).add(new Known(prevTerm, entry, membership));
    if (firstIndexes.putIfAbsent(entry.term(), entry.index()) == null) {
      requireComplete(entry.index(), entry.term());
    }
  }

  /** Majorities of two memberships that follow each other have a voter in common (thesis, 4.1). */
  private void requireOneChange(Membership earlier, Membership changed) {
    Set<NodeId> different = voters(earlier);
    voters(changed).stream().filter(id -> !different.remove(id)).forEach(different::add);
    judge.require(
        different.size() <= 1, "the voters change from %s to %s", voters(earlier), voters(changed));
  }

  private static Set<NodeId> voters(Membership membership) {
    return membership.voters().stream()
        .map(Member::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * A leader commits an entry of its own term, and with it everything before (paper, section
   * 5.4.2).
   */
  void commit(NodeId leader, long term, long index) {
    judge.require(
        find(index, term).isPresent(),
        "%s commits entry %d, which isn't of its term %d",
        leader,
        index,
        term);
    long[] terms = new long[(int) (index - committed())];
    long at = term;
    for (long i = index; i > committed(); i--) {
      terms[(int) (i - committed() - 1)] = at;
      at = find(i, at).orElseThrow().prevTerm();
    }
    judge.require(
        at == committedTerm(committed()),
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
      Optional<Known> entry = find(i, at);
      if (entry.isEmpty()) {
        return; // Not seen anywhere yet; looked at again when this leader commits.
      }
      at = entry.get().prevTerm();
    }
    judge.require(
        index > needed && at == committedTerm(needed),
        "the leader of term %d has no entry %d of term %d, which is committed",
        term,
        needed,
        committedTerm(needed));
  }

  private List<Known> at(long index) {
    while (known.size() <= index) {
      known.add(new ArrayList<>(1));
    }
    return known.get((int) index);
  }

  private Optional<Known> find(long index, long term) {
    if (index < known.size()) {
      for (Known candidate : known.get((int) index)) {
        if (candidate.entry().term() == term) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  static boolean same(LogEntry a, LogEntry b) {
    return a == b
        || (a.index() == b.index()
            && a.term() == b.term()
            && a.kind() == b.kind()
            && a.timestampMillis() == b.timestampMillis()
            && Arrays.equals(a.payload(), b.payload()));
  }
}
