package dchat.sim;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A checker that accepts everything checks nothing: histories made wrong by hand are refused. */
class HistoryTest {
  private static final SimulatedSystem WORLD = SimulatedSystem.start();

  private final Simulation simulation = Simulation.begin(WORLD, 1, Trace.off());
  private final History history = new History(simulation);

  @AfterEach
  void endRun() {
    simulation.close();
  }

  @AfterAll
  static void end() {
    WORLD.close();
  }

  private void done(String id, long effect) {
    history.acknowledge(history.invoke("c1", id, 0), effect, effect);
  }

  private void read(long seen) {
    history.read(history.beginRead("c2"), "n1", seen, new TreeMap<>());
  }

  private void check(Map<Long, String> effects) {
    history.check("n1", new TreeMap<>(effects));
  }

  private static void refused(ThrowingCallable what, String because) {
    assertThatExceptionOfType(Violation.class).isThrownBy(what).withMessageContaining(because);
  }

  @Test
  void accepts_a_history_in_which_what_nobody_was_told_of_may_or_may_not_have_happened() {
    done("a", 3);
    history.invoke("c3", "took effect", 0);
    history.invoke("c4", "took none", 0);
    done("b", 7);
    read(9);

    assertThatNoException().isThrownBy(() -> check(Map.of(3L, "a", 5L, "took effect", 7L, "b")));
  }

  @Test
  void is_judged_as_a_whole_too() {
    done("a", 3);
    check(Map.of(3L, "a"));
    assertThatNoException().isThrownBy(history::checkWhole);

    done("b", 4);
    refused(history::checkWhole, "b of process 1 was acknowledged at 4 on line 6, but no read");
  }

  @Test
  void refuses_a_loss() {
    done("a", 3);
    refused(() -> check(Map.of()), "a was acknowledged at 3, but n1 has it at null");
  }

  @Test
  void refuses_something_done_twice() {
    done("a", 3);
    refused(() -> check(Map.of(3L, "a", 5L, "a")), "took effect at 3 and again at 5");
  }

  @Test
  void refuses_an_effect_elsewhere_than_was_said() {
    done("a", 3);
    refused(() -> check(Map.of(4L, "a")), "a was acknowledged at 3, but n1 has it at 4");
  }

  @Test
  void refuses_something_nobody_asked_for() {
    refused(() -> check(Map.of(3L, "a")), "which nobody asked for");
  }

  @Test
  void refuses_an_order_that_time_contradicts() {
    done("a", 5);
    History.Operation later = history.invoke("c3", "b", 0);
    refused(() -> history.acknowledge(later, 6, 4), "5 was known before it began");
  }

  @Test
  void refuses_it_also_of_what_was_never_acknowledged() {
    done("a", 5);
    history.invoke("c3", "b", 0);
    refused(() -> check(Map.of(4L, "b", 5L, "a")), "5 was known before it began");
  }

  @Test
  void refuses_a_stale_read() {
    done("a", 5);
    refused(() -> read(4), "sees 4, but 5 was known");
  }

  @Test
  void refuses_a_write_that_takes_effect_before_what_an_earlier_read_has_seen() {
    read(5);
    History.Operation later = history.invoke("c3", "a", 0);
    refused(() -> history.acknowledge(later, 5, 5), "5 was known before it began");
  }
}
