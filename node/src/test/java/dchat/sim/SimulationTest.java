package dchat.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("simulation")
@Timeout(60)
class SimulationTest {
  private static final SimulatedSystem WORLD = SimulatedSystem.start();

  private static final Network.Weather STORM =
      new Network.Weather(50_000, 5_000_000, 0.05, 0.05, 0.1, 500_000_000, false);

  @AfterAll
  static void end() {
    WORLD.close();
  }

  private record Outcome(List<String> lines, String hash, long digest, long steps) {}

  private static Outcome gossip(SimulatedSystem world, long seed) {
    Trace trace = Trace.on();
    try (Simulation simulation = Simulation.begin(world, seed, trace)) {
      Network<Gossip.Message> network =
          new Network<>(simulation, UnaryOperator.identity(), Object::toString);
      network.setWeather(STORM);
      Gossip.start(simulation, network);
      simulation.runFor(Duration.ofSeconds(3));
      simulation.halt("n2");
      network.cut("n1", "n3");
      simulation.runFor(Duration.ofSeconds(3));
      simulation.resume("n2");
      simulation.runFor(Duration.ofSeconds(3));
      return new Outcome(trace.lines(), trace.hash(), simulation.digest(), simulation.steps());
    }
  }

  @Test
  void the_same_seed_gives_the_same_trace_also_after_other_runs() {
    Outcome first = gossip(WORLD, 7);
    gossip(WORLD, 8);
    assertThat(gossip(WORLD, 7)).isEqualTo(first);
    assertThat(first.lines()).hasSizeGreaterThan(500);
  }

  @Test
  void the_same_seed_gives_the_same_trace_in_a_new_actor_system() {
    Outcome first = gossip(WORLD, 9);
    try (SimulatedSystem another = SimulatedSystem.start()) {
      assertThat(gossip(another, 9)).isEqualTo(first);
    }
  }

  @Test
  void every_seed_gives_another_order_of_events() {
    assertThat(LongStream.range(0, 20).mapToObj(seed -> gossip(WORLD, seed).hash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void whether_a_run_is_traced_changes_nothing() {
    long[] digests = new long[2];
    for (int i = 0; i < 2; i++) {
      Trace trace = i == 0 ? Trace.off() : Trace.on();
      try (Simulation simulation = Simulation.begin(WORLD, 3, trace)) {
        Gossip.start(
            simulation, new Network<>(simulation, UnaryOperator.identity(), Object::toString));
        simulation.runFor(Duration.ofSeconds(2));
        digests[i] = simulation.digest();
      }
    }
    assertThat(digests[1]).isEqualTo(digests[0]);
  }

  @Test
  void timers_fire_by_the_virtual_clock() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      List<Long> at = new ArrayList<>();
      Behavior<String> hourly =
          Behaviors.withTimers(
              timers -> {
                timers.startTimerAtFixedRate("strike", Duration.ofHours(1));
                return Behaviors.receiveMessage(
                    strike -> {
                      at.add(Duration.ofNanos(simulation.nowNanos()).toHours());
                      return Behaviors.same();
                    });
              });
      simulation.spawn(hourly, "clock");
      simulation.runFor(Duration.ofHours(3).plusMinutes(1));
      assertThat(at).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void a_halted_node_takes_no_step_until_it_is_resumed() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      List<String> heard = new ArrayList<>();
      ActorRef<String> one = simulation.spawn(recorder(heard), "n1.a");
      ActorRef<String> two = simulation.spawn(recorder(heard), "n2.a");
      simulation.runFor(Duration.ofMillis(1));
      simulation.halt("n1");
      one.tell("to the halted");
      two.tell("to the other");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(heard).containsExactly("to the other");
      simulation.resume("n1");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(heard).containsExactly("to the other", "to the halted");
    }
  }

  @Test
  void a_stopped_actor_takes_no_message_that_was_already_waiting() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      List<String> heard = new ArrayList<>();
      ActorRef<String> actor = simulation.spawn(recorder(heard), "n1");
      simulation.runFor(Duration.ofMillis(1));
      actor.tell("too late");
      simulation.stop(actor);
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void the_end_of_a_run_finds_what_goes_on_for_ever() {
    try (SimulatedSystem world = SimulatedSystem.start()) {
      Simulation simulation = Simulation.begin(world, 1, Trace.off());
      nag(simulation);
      assertThatIllegalStateException()
          .isThrownBy(simulation::close)
          .withMessageContaining("left something running");
    }
  }

  private static void nag(Simulation simulation) {
    var pekko = simulation.world().pekko();
    pekko
        .scheduler()
        .scheduleOnce(Duration.ofSeconds(1), () -> nag(simulation), pekko.dispatcher());
  }

  private static Behavior<String> recorder(List<String> heard) {
    return Behaviors.receiveMessage(
        message -> {
          heard.add(message);
          return Behaviors.same();
        });
  }
}
