package dchat.sim;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What clients asked for and were told. Every command is its own, so a history is linearizable if
 * each acknowledged one took effect once, where the answer said, behind everything that was
 * acknowledged before it was sent.
 */
final class History {

  /** A command from when it was sent first. */
  static final class Operation {
    private final String id;
    private final byte[] command;

    /** How far anybody knew the log to be when this began. */
    private final long floor;

    private long effect;

    private Operation(String id, byte[] command, long floor) {
      this.id = id;
      this.command = command;
      this.floor = floor;
    }

    byte[] command() {
      return command;
    }

    String id() {
      return id;
    }

    boolean isAcknowledged() {
      return effect > 0;
    }
  }

  private final Simulation simulation;
  private final Judge judge;
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private long known;
  private long acknowledged;
  private long reads;

  History(Simulation simulation) {
    this.simulation = simulation;
    this.judge = new Judge(simulation);
  }

  Operation invoke(String id, int fillingBytes) {
    Operation operation = new Operation(id, Command.encode(id, fillingBytes), known);
    operations.put(id, operation);
    simulation.trace().line(() -> id + " is asked for");
    return operation;
  }

  /**
   * @param index of the entry that this attempt became
   * @param effect index of the entry that took effect: this one, or that of an earlier attempt
   */
  void acknowledge(Operation operation, long index, long effect) {
    simulation.trace().line(() -> operation.id + " is done at " + effect + ", told at " + index);
    require(effect <= index, operation, "took effect at %d, behind the answer %d", effect, index);
    require(
        effect > operation.floor,
        operation,
        "took effect at %d, but %d was known before it began",
        effect,
        operation.floor);
    operation.effect = effect;
    known = Math.max(known, effect);
    acknowledged++;
  }

  /** The highest index that anybody was told of, by an answer or by what was read. */
  long known() {
    return known;
  }

  /**
   * A read has seen everything up to {@code seen}.
   *
   * @param floor what was known when it began
   */
  void read(String node, long floor, long seen) {
    simulation.trace().line(() -> "a read at " + node + " sees " + seen);
    judge.require(
        seen >= floor, "a read at %s sees %d, but %d was known before it began", node, seen, floor);
    known = Math.max(known, seen);
    reads++;
  }

  long reads() {
    return reads;
  }

  long acknowledged() {
    return acknowledged;
  }

  int size() {
    return operations.size();
  }

  /**
   * Compares with a state that holds everything.
   *
   * @param effects ids by the index at which they took effect
   */
  void check(String node, SortedMap<Long, String> effects) {
    Map<String, Long> found = new HashMap<>();
    effects.forEach(
        (index, id) -> {
          Operation operation = operations.get(id);
          judge.require(operation != null, "%s holds %s, which nobody asked for", node, id);
          Long earlier = found.put(id, index);
          require(earlier == null, operation, "took effect at %d and again at %d", earlier, index);
          require(
              index > operation.floor,
              operation,
              "took effect at %d, but %d was known before it began",
              index,
              operation.floor);
        });
    for (Operation operation : operations.values()) {
      Long effect = found.get(operation.id);
      require(
          !operation.isAcknowledged() || Objects.equals(effect, operation.effect),
          operation,
          "was acknowledged at %d, but %s has it at %s",
          operation.effect,
          node,
          effect);
    }
  }

  private void require(boolean holds, Operation operation, String what, Object... details) {
    if (!holds) {
      judge.require(false, "%s %s", operation.id, what.formatted(details));
    }
  }
}
