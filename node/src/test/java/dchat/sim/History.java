package dchat.sim;

import dchat.history.Content;
import dchat.history.Event;
import dchat.history.HistoryChecker;
import dchat.history.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What clients asked for and were told. Every command is its own, so a history is linearizable if
 * each acknowledged one took effect once, where the answer said, behind everything that was
 * acknowledged before it was sent.
 *
 * <p>That is looked at with every answer, so that a run ends where it went wrong; and once more at
 * the end by the checker that judges real processes.
 */
final class History {

  /** A command from when it was sent first. */
  static final class Operation {
    private final String client;
    private final String id;
    private final byte[] command;

    /** How far anybody knew the log to be when this began. */
    private final long floor;

    private long effect;

    private Operation(String client, String id, byte[] command, long floor) {
      this.client = client;
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

  /**
   * A read from when it was sent.
   *
   * @param floor how far anybody knew the log to be when it began
   */
  record Reading(String client, long floor) {}

  private static final String ROOM = "log";

  private final Simulation simulation;
  private final Judge judge;
  private final List<Event> events = new ArrayList<>();

  /** Under which number each client goes: another one after what it doesn't know the outcome of. */
  private final Map<String, Integer> processes = new HashMap<>();

  private int newestProcess;
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  /** The highest index that anybody was told of, by an answer or by what was read. */
  private long known;

  private long acknowledged;
  private long reads;

  History(Simulation simulation) {
    this.simulation = simulation;
    this.judge = new Judge(simulation);
  }

  Operation invoke(String client, String id, int fillingBytes) {
    Operation operation = new Operation(client, id, Command.encode(id, fillingBytes), known);
    operations.put(id, operation);
    record(Event.Type.INVOKE, client, Event.Function.APPEND, new Content.Sent(id));
    simulation.trace().line(() -> id + " is asked for");
    return operation;
  }

  /**
   * @param index of the entry that this attempt became
   * @param effect index of the entry that took effect: this one, or that of an earlier attempt
   */
  void acknowledge(Operation operation, long index, long effect) {
    record(
        Event.Type.OK,
        operation.client,
        Event.Function.APPEND,
        new Content.Line(operation.id, effect));
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

  /** Its client doesn't try any more. It may still take effect. */
  void giveUp(Operation operation) {
    record(
        Event.Type.INFO, operation.client, Event.Function.APPEND, new Content.Sent(operation.id));
  }

  Reading beginRead(String client) {
    record(Event.Type.INVOKE, client, Event.Function.READ, new Content.None());
    return new Reading(client, known);
  }

  /** It wasn't answered. */
  void failRead(Reading reading) {
    record(Event.Type.FAIL, reading.client(), Event.Function.READ, new Content.None());
  }

  /**
   * A read has seen everything up to {@code seen}.
   *
   * @param effects ids by the index at which they took effect, as that node has them
   */
  void read(Reading reading, String node, long seen, SortedMap<Long, String> effects) {
    simulation.trace().line(() -> "a read at " + node + " sees " + seen);
    Content last =
        effects.isEmpty()
            ? new Content.None()
            : new Content.Line(effects.get(effects.lastKey()), effects.lastKey());
    record(Event.Type.OK, reading.client(), Event.Function.READ, last);
    long floor = reading.floor();
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
    String reader = "reader at " + node;
    record(Event.Type.INVOKE, reader, Event.Function.READ, new Content.None());
    record(Event.Type.OK, reader, Event.Function.READ, lines(effects));
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

  private static Content lines(SortedMap<Long, String> effects) {
    return new Content.Lines(
        effects.entrySet().stream()
            .map(effect -> new Content.Line(effect.getValue(), effect.getKey()))
            .toList());
  }

  /** Judges all of it; {@link #check} has to have been called before. */
  void checkWhole() {
    Verdict verdict = HistoryChecker.check(events);
    judge.require(verdict.isClean(), "%s", verdict);
  }

  /** As far as it has come. */
  List<Event> events() {
    return List.copyOf(events);
  }

  private void record(Event.Type type, String client, Event.Function function, Content content) {
    int process = processes.computeIfAbsent(client, unseen -> ++newestProcess);
    events.add(new Event(type, process, function, ROOM, content, simulation.nowNanos()));
    if (type == Event.Type.INFO) {
      processes.remove(client);
    }
  }

  private void require(boolean holds, Operation operation, String what, Object... details) {
    if (!holds) {
      judge.require(false, "%s %s", operation.id, what.formatted(details));
    }
  }
}
