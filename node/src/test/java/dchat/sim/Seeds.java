package dchat.sim;

import dchat.history.HistoryLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Which seeds to run, and what to say of one that fails. {@code -Ddchat.sim.seed=…} runs that one
 * alone; {@code -Ddchat.sim.runs=…} says how many, {@code -Ddchat.sim.first-seed=…} from where, and
 * {@code -Ddchat.sim.trace=true} leaves the trace of each, and its clients' history, under {@code
 * target/simulation}.
 */
final class Seeds {

  /** Runs one seed and throws if something is wrong. */
  interface Scenario {
    void run(SimulatedSystem world, long seed, Trace trace);
  }

  private static final Path TRACES = Path.of("target", "simulation");
  private static final int SHOWN_LINES = 40;

  private final String testClass;

  /**
   * @param testClass that a person would rerun
   */
  Seeds(Class<?> testClass) {
    this.testClass = testClass.getSimpleName();
  }

  /** Runs the asked-for seeds, or the first {@code defaultRuns}; stops at the first that fails. */
  void forEach(long defaultRuns, Scenario scenario) {
    try (SimulatedSystem world = SimulatedSystem.start()) {
      seeds(defaultRuns).forEach(seed -> run(world, seed, scenario));
    }
  }

  void only(long seed, Scenario scenario) {
    try (SimulatedSystem world = SimulatedSystem.start()) {
      run(world, seed, scenario);
    }
  }

  private static LongStream seeds(long defaultRuns) {
    OptionalLong only = property("dchat.sim.seed");
    if (only.isPresent()) {
      return LongStream.of(only.getAsLong());
    }
    long first = property("dchat.sim.first-seed").orElse(1);
    long runs = property("dchat.sim.runs").orElse(defaultRuns);
    return LongStream.range(first, first + runs);
  }

  private static OptionalLong property(String key) {
    Long value = Long.getLong(key);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private void run(SimulatedSystem world, long seed, Scenario scenario) {
    boolean traced = Boolean.getBoolean("dchat.sim.trace");
    Trace trace = traced ? Trace.on() : Trace.off();
    try {
      scenario.run(world, seed, trace);
      if (traced) {
        write(seed, trace);
      }
    } catch (AssertionError | RuntimeException failure) {
      throw explain(seed, failure, scenario);
    }
  }

  /** Runs it once more, with a trace, in a world that the failure can't have left in disorder. */
  private AssertionError explain(long seed, Throwable failure, Scenario scenario) {
    Trace trace = Trace.on();
    String again = "it does NOT fail when run again: something isn't drawn from the seed";
    try (SimulatedSystem world = SimulatedSystem.start()) {
      scenario.run(world, seed, trace);
    } catch (AssertionError | RuntimeException second) {
      again =
          failure.toString().equals(second.toString())
              ? "it fails so each time"
              : "run again it fails with: " + second;
    }
    Path file = write(seed, trace);
    StringBuilder text = new StringBuilder();
    Consumer<String> line = added -> text.append(added).append('\n');
    line.accept("seed " + seed + ": " + failure.getMessage());
    line.accept(again);
    line.accept("mvn test -pl node -Dtest=" + testClass + " -Ddchat.sim.seed=" + seed);
    line.accept("trace of " + trace.lines().size() + " lines in " + file + "; it ends with");
    trace.last(SHOWN_LINES).forEach(line);
    return new AssertionError(text.toString(), failure);
  }

  private static Path write(long seed, Trace trace) {
    try {
      Path folder = Files.createDirectories(TRACES);
      Path file = folder.resolve("seed-" + seed + ".trace");
      Files.write(
          folder.resolve("seed-" + seed + ".jsonl"),
          trace.history().stream().map(HistoryLines::write).toList());
      return Files.write(file, trace.lines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
