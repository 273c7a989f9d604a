package dchat.raft;

import static dchat.raft.ReplicaFixture.A;
import static dchat.raft.ReplicaFixture.B;
import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is durable when (paper, figure 2: persistent state), and the group commit. */
class PersistentStateTest {
  private final Membership bootstrap = ReplicaFixture.membershipOf(A, B);
  private final PersistentState state =
      new PersistentState(3, Optional.empty(), new RaftLog(bootstrap), 0);

  @Test
  void one_write_is_under_way_and_the_rest_is_collected() {
    state.append(List.of(entry(1, 3)));
    var first = state.nextWrite().orElseThrow();
    state.append(List.of(entry(2, 3)));
    state.append(List.of(entry(3, 3)));
    assertThat(state.nextWrite()).isEmpty();

    assertThat(state.completed(first.number())).isTrue();
    assertThat(state.durableIndex()).isEqualTo(1);
    assertThat(state.nextWrite().orElseThrow().events()).hasSize(1);
  }

  @Test
  void rule_11_a_completion_with_an_old_number_means_nothing() {
    state.append(List.of(entry(1, 3)));
    var write = state.nextWrite().orElseThrow();

    assertThat(state.completed(write.number() - 1)).isFalse();
    assertThat(state.durableIndex()).isZero();
  }

  @Test
  void rule_11_a_completion_does_not_vouch_for_what_replaced_its_entries() {
    state.append(List.of(entry(1, 3), entry(2, 3)));
    var write = state.nextWrite().orElseThrow();
    state.truncateFrom(2);
    state.advanceTerm(4);
    state.append(List.of(entry(2, 4)));

    state.completed(write.number());

    assertThat(state.durableIndex()).isEqualTo(1);
    assertThat(state.isTermDurable()).isFalse();
  }

  @Test
  void rule_3_a_second_vote_in_a_term_is_impossible() {
    state.voteFor(A);

    assertThatThrownBy(() -> state.voteFor(B)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_new_term_forgets_the_vote_and_never_goes_back() {
    state.voteFor(A);
    state.advanceTerm(4);

    assertThat(state.votedFor()).isEmpty();
    assertThatThrownBy(() -> state.advanceTerm(4)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_vote_is_durable_only_with_the_write_that_holds_it() {
    state.append(List.of(entry(1, 3)));
    var first = state.nextWrite().orElseThrow();
    state.voteFor(A);
    state.completed(first.number());
    assertThat(state.isVoteDurable(A)).isFalse();

    state.completed(state.nextWrite().orElseThrow().number());
    assertThat(state.isVoteDurable(A)).isTrue();
    assertThat(state.isVoteDurable(B)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void replaying_the_journal_gives_the_durable_part_of_the_log(long seed) {
    Random random = new Random(seed);
    List<JournalEvent> journal = new ArrayList<>();
    journal.add(new JournalEvent.TermChanged(3, Optional.empty()));
    Optional<PersistentState.Write> underWay = Optional.empty();
    for (int step = 0; step < 400; step++) {
      boolean allWritten = false;
      switch (random.nextInt(5)) {
        case 0 -> state.advanceTerm(state.currentTerm() + 1 + random.nextInt(2));
        case 1 -> {
          if (state.votedFor().isEmpty()) {
            state.voteFor(random.nextBoolean() ? A : B);
          }
        }
        case 2 -> state.append(List.of(entry(state.log().lastIndex() + 1, state.currentTerm())));
        case 3 -> {
          if (state.log().lastIndex() > 0 && random.nextInt(3) == 0) {
            state.truncateFrom(1 + random.nextLong(state.log().lastIndex()));
          }
        }
        default -> {
          underWay.ifPresent(
              write -> {
                journal.addAll(write.events());
                state.completed(write.number());
              });
          underWay = state.nextWrite();
          allWritten = underWay.isEmpty();
        }
      }
      Journal.State replayed = new Journal.State(bootstrap);
      journal.forEach(replayed::apply);
      RaftLog durable = replayed.recovered().log();
      assertThat(durable.lastIndex()).isGreaterThanOrEqualTo(state.durableIndex());
      for (long index = 1; index <= state.durableIndex(); index++) {
        assertThat(durable.entry(index)).isSameAs(state.log().entry(index));
      }
      if (allWritten) {
        assertThat(durable.lastIndex()).isEqualTo(state.log().lastIndex());
        assertThat(replayed.recovered().term()).isEqualTo(state.currentTerm());
        assertThat(replayed.recovered().votedFor()).isEqualTo(state.votedFor());
      }
    }
  }
}
