package dchat.raft;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A state machine that remembers what it was given; its result is the command itself. */
final class RecordingStateMachine implements StateMachine {
  private final List<LogEntry> applied = new CopyOnWriteArrayList<>();

  @Override
  public long lastAppliedIndex() {
    return applied.isEmpty() ? 0 : applied.getLast().index();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    applied.addAll(entries);
    return entries.stream().map(LogEntry::payload).toList();
  }

  List<LogEntry> applied() {
    return applied;
  }

  /** The commands among what was applied, as text. */
  List<String> commands() {
    return applied.stream()
        .filter(e -> e.kind() == LogEntry.Kind.COMMAND)
        .map(e -> new String(e.payload(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }
}
