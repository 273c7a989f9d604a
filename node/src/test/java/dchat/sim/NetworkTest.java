package dchat.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetworkTest {
  private static final SimulatedSystem WORLD = SimulatedSystem.start();
  private static final int COUNT = 1_000;

  private final Simulation simulation = Simulation.begin(WORLD, 1, Trace.off());
  private final Network<Integer> network =
      new Network<>(simulation, UnaryOperator.identity(), Object::toString);
  private final List<Integer> arrived = new ArrayList<>();

  @AfterEach
  void endRun() {
    simulation.close();
  }

  @AfterAll
  static void end() {
    WORLD.close();
  }

  private void sendAll(Network.Weather weather) {
    network.setWeather(weather);
    network.attach("b", arrived::add);
    IntStream.range(0, COUNT).forEach(n -> network.send("a", "b", n));
    simulation.runFor(Duration.ofSeconds(10));
  }

  private static List<Integer> all() {
    return IntStream.range(0, COUNT).boxed().toList();
  }

  @Test
  void fair_weather_keeps_everything_in_order() {
    sendAll(Network.Weather.fair());
    assertThat(arrived).containsExactlyElementsOf(all());
  }

  @Test
  void a_link_that_keeps_no_order_lets_messages_overtake_each_other() {
    sendAll(new Network.Weather(0, 1_000_000, 0, 0, 0, 0, false));
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(all()).isNotEqualTo(all());
  }

  @Test
  void some_messages_are_lost_and_some_arrive_twice() {
    sendAll(new Network.Weather(0, 1_000_000, 0.3, 0.3, 0, 0, false));
    long distinct = arrived.stream().distinct().count();
    assertThat(distinct).isBetween(COUNT * 6 / 10L, COUNT * 8 / 10L);
    assertThat((long) arrived.size()).isGreaterThan(distinct);
  }

  @Test
  void stragglers_arrive_long_after_the_others() {
    network.setWeather(new Network.Weather(0, 1_000_000, 0, 0, 0.1, 5_000_000_000L, false));
    network.attach("b", arrived::add);
    all().forEach(n -> network.send("a", "b", n));
    simulation.runFor(Duration.ofMillis(2));
    assertThat(arrived.size()).isLessThan(COUNT);
    simulation.runFor(Duration.ofSeconds(5));
    assertThat(arrived).hasSize(COUNT);
  }

  @Test
  void a_cut_stops_one_direction_and_what_is_under_way_there() {
    List<Integer> back = new ArrayList<>();
    network.attach("a", back::add);
    network.attach("b", arrived::add);
    network.send("a", "b", 1);
    network.cut("a", "b");
    network.send("a", "b", 2);
    network.send("b", "a", 3);
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(arrived).isEmpty();
    assertThat(back).containsExactly(3);
    network.heal("a", "b");
    network.send("a", "b", 4);
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(arrived).containsExactly(4);
  }

  @Test
  void who_is_detached_gets_nothing() {
    network.attach("b", arrived::add);
    network.send("a", "b", 1);
    network.detach("b");
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(arrived).isEmpty();
    assertThat(network.lost()).isEqualTo(1);
  }
}
