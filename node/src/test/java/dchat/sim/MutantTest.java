package dchat.sim;

import static dchat.sim.Mutant.edit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulator has to find mistakes that are known to be made, each within 500 seeds. Most need a
 * few; the hunt for a rarer one begins where it was found before, to save time, and says so when
 * that has moved.
 */
@Tag("simulation")
class MutantTest {
  private static final String RAFT = "src/main/java/dchat/raft/";

  /** Asked for 1, each is hunted from there, and it shows how many seeds that takes. */
  private static final long FIRST_SEED = Long.getLong("dchat.sim.mutant-first-seed", 0);

  private static final long MOST_SEEDS = 500;

  /** About four seconds of hunting. */
  private static final long MANY_SEEDS = 20;

  @TempDir Path classes;

  static Stream<Mutant> mutants() {
    return Stream.of(
        new Mutant(
            "votes twice in a term",
            1,
            List.of(
                edit(
                    RAFT + "Role.java",
                    "replica.persistent().votedFor().map(request.from()::equals).orElse(true)",
                    "true"),
                edit(
                    RAFT + "Role.java",
                    "if (replica.persistent().votedFor().isEmpty())",
                    "if (true)"),
                edit(
                    RAFT + "PersistentState.java",
                    "if (votedFor.isPresent() && !votedFor.get().equals(candidate))",
                    "if (false)"))),
        Mutant.of(
            "forgets its vote in a crash",
            RAFT + "Journal.java",
            "return new Recovered(term, votedFor, log.copy());",
            "return new Recovered(term, Optional.empty(), log.copy());"),
        Mutant.of(
            "lets its vote out before it is durable",
            RAFT + "Follower.java",
            ".filter(replica.persistent()::isVoteDurable)",
            ""),
        Mutant.of(
            "acknowledges entries before they are durable",
            RAFT + "Follower.java",
            "Math.min(verifiedIndex, persistent.durableIndex())",
            "verifiedIndex"),
        Mutant.of(
            "counts itself before its entries are durable",
            RAFT + "Leader.java",
            "commitment.matched(replica.self(), replica.persistent().durableIndex())",
            "commitment.matched(replica.self(), replica.log().lastIndex())"),
        Mutant.of(
            "counts replicas of an older term",
            RAFT + "Commitment.java",
            "heldByMajority >= firstIndexOfTerm && ",
            ""),
        Mutant.of(
            "truncates at the previous index",
            RAFT + "Follower.java",
            "if (known == entries.size()) {\n      return;\n    }\n",
            "known = 0;\n    if (entries.isEmpty()) {\n      return;\n    }\n"),
        Mutant.of(
            "commits more than a message has verified",
            RAFT + "Follower.java",
            "Math.min(append.leaderCommit(), append.lastIndex())",
            "Math.min(append.leaderCommit(), log.lastIndex())"),
        Mutant.of(
                "counts a stale grant",
                RAFT + "Role.java",
                "isNewer(reply) ? stepDown(reply) : isStale(reply) ? this : onVoteReply(reply)",
                "isNewer(reply) ? stepDown(reply) : onVoteReply(reply)")
            .foundBefore(38),
        Mutant.of(
                "takes a longer log for a newer one",
                RAFT + "RaftLog.java",
                "return otherLastTerm > lastTerm()",
                "return otherLastIndex > lastIndex()")
            .foundBefore(70),
        Mutant.of(
                "lets a late completion vouch for what replaced its entries",
                RAFT + "PersistentState.java",
                "    inFlightIndex = Math.min(inFlightIndex, index - 1);\n",
                "")
            .foundBefore(173),
        Mutant.of(
            "counts learners",
            RAFT + "Commitment.java",
            "membership.voters().stream()",
            "membership.members().stream()"),
        Mutant.of(
                "reads without asking a majority",
                RAFT + "ReadRounds.java",
                "if (!membership.isMajority(confirming))",
                "if (false)")
            .foundBefore(79),
        new Mutant(
            "takes a waiter by its index alone",
            1,
            List.of(
                edit(RAFT + "Applier.java", "found.term() == entry.term()", "true"),
                edit(
                    RAFT + "Applier.java",
                    "waiting.tailMap(commitIndex, false)",
                    "new TreeMap<>()"))),
        Mutant.of(
                "takes an answer meant for its earlier life",
                RAFT + "Replica.java",
                "new Forwarding(setup.random().nextLong())",
                "new Forwarding(0)")
            .foundBefore(574),
        Mutant.of(
            "forgets at a snapshot what it has seen",
            "src/test/java/dchat/sim/SimulatedStateMachine.java",
            "    effects.forEach((index, id) -> seen.put(id, index));\n",
            ""));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void finds(Mutant mutant) throws ReflectiveOperationException {
    Class<?> hunt = mutant.load(classes).loadClass(MutantHunt.class.getName());
    long first = FIRST_SEED == 0 ? mutant.foundBefore() : FIRST_SEED;
    String found =
        (String)
            hunt.getMethod("hunt", long.class, long.class).invoke(null, first, first + MOST_SEEDS);
    if (FIRST_SEED != 0 || isSlow(found, first)) {
      System.out.println("mutant '" + mutant + "', hunted from seed " + first + ": " + found);
    }
    assertThat(found).as(mutant + ", found within " + MOST_SEEDS + " seeds").isNotEmpty();
  }

  /** Then the mutant should say where to begin. */
  private static boolean isSlow(String found, long first) {
    return !found.isEmpty()
        && Long.parseLong(found.replaceFirst("(?s)seed (\\d+): .*", "$1")) - first > MANY_SEEDS;
  }
}
