package dchat.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiskTest {
  private static final SimulatedSystem WORLD = SimulatedSystem.start();

  @AfterAll
  static void end() {
    WORLD.close();
  }

  private static final class Recorder implements Disk.Writer {
    private final List<String> heard = new ArrayList<>();

    @Override
    public void written() {
      heard.add("written");
    }

    @Override
    public void failed() {
      heard.add("failed");
    }
  }

  @Test
  void a_write_is_stored_only_when_its_time_has_passed() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      Disk<String> disk = new Disk<>(simulation, "n1", ignored -> {}, List::toString);
      Recorder writer = new Recorder();
      disk.open().write(List.of("a", "b"), writer);
      assertThat(disk.stored()).isEmpty();
      assertThat(writer.heard).isEmpty();
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(disk.stored()).containsExactly("a", "b");
      assertThat(writer.heard).containsExactly("written");
    }
  }

  @Test
  void a_crash_keeps_a_prefix_of_the_writes_under_way_and_acknowledges_none() {
    Set<List<String>> outcomes = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (long seed = 0; seed < 30; seed++) {
      try (Simulation simulation = Simulation.begin(WORLD, seed, Trace.off())) {
        Disk<String> disk = new Disk<>(simulation, "n1", ignored -> {}, List::toString);
        Recorder writer = new Recorder();
        Disk<String>.Handle handle = disk.open();
        handle.write(List.of("a", "b"), writer);
        handle.write(List.of("c"), writer);
        disk.crash();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(writer.heard).isEmpty();
        outcomes.add(List.copyOf(disk.stored()));
      }
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder(List.of(), List.of("a", "b"), List.of("a", "b", "c"));
  }

  @Test
  void what_a_failed_write_left_on_the_disk_is_unknown() {
    Set<Integer> sizes = new TreeSet<>();
    for (long seed = 0; seed < 30; seed++) {
      try (Simulation simulation = Simulation.begin(WORLD, seed, Trace.off())) {
        Disk<String> disk = new Disk<>(simulation, "n1", ignored -> {}, List::toString);
        disk.setSpeed(new Disk.Speed(1, 1_000, 0, 0, 1));
        Recorder writer = new Recorder();
        disk.open().write(List.of("a"), writer);
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(writer.heard).containsExactly("failed");
        sizes.add(disk.stored().size());
      }
    }
    assertThat(sizes).containsExactly(0, 1);
  }

  @Test
  void a_full_disk_stores_nothing_until_there_is_room() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      Disk<String> disk = new Disk<>(simulation, "n1", ignored -> {}, List::toString);
      Recorder writer = new Recorder();
      disk.setFull(true);
      disk.open().write(List.of("a"), writer);
      simulation.runFor(Duration.ofSeconds(1));
      disk.setFull(false);
      disk.open().write(List.of("b"), writer);
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(writer.heard).containsExactly("failed", "written");
      assertThat(disk.stored()).containsExactly("b");
    }
  }

  @Test
  void who_had_it_open_before_a_crash_writes_no_more() {
    try (Simulation simulation = Simulation.begin(WORLD, 1, Trace.off())) {
      Disk<String> disk = new Disk<>(simulation, "n1", ignored -> {}, List::toString);
      Disk<String>.Handle before = disk.open();
      disk.crash();
      Recorder writer = new Recorder();
      before.write(List.of("a"), writer);
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(disk.stored()).isEmpty();
      assertThat(writer.heard).isEmpty();
    }
  }
}
