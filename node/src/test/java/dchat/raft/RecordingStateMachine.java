package dchat.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A state machine that remembers what it was given; its result is the command itself. */
final class RecordingStateMachine implements StateMachine {

  private record Content(List<LogEntry> entries) {}

  private volatile CopyOnWriteArrayList<LogEntry> applied = new CopyOnWriteArrayList<>();
  private volatile Optional<byte[]> label = Optional.empty();
  private volatile boolean hasRoom = true;

  /** Whether its disk takes what is to be durable. */
  void hasRoom(boolean room) {
    hasRoom = room;
  }

  @Override
  public long lastAppliedIndex() {
    return applied.isEmpty() ? 0 : applied.getLast().index();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    applied.addAll(entries);
    return entries.stream().map(LogEntry::payload).toList();
  }

  @Override
  public long makeDurable() {
    if (!hasRoom) {
      throw new IllegalStateException("no room");
    }
    return lastAppliedIndex();
  }

  @Override
  public SnapshotReader openSnapshot() {
    List<LogEntry> image = List.copyOf(applied);
    byte[] bytes = RaftCbor.write(new Content(image));
    return new SnapshotReader() {
      private int position;

      @Override
      public Position position() {
        return image.isEmpty()
            ? new Position(0, 0, 0)
            : new Position(
                image.getLast().index(), image.getLast().term(), image.getLast().timestampMillis());
      }

      @Override
      public Optional<byte[]> nextChunk(int maxBytes) {
        if (position == bytes.length) {
          return Optional.empty();
        }
        // Small parts, so that even a short test has several.
        int end = Math.min(bytes.length, position + Math.min(maxBytes, 100));
        byte[] chunk = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return Optional.of(chunk);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SnapshotWriter receiveSnapshot() {
    List<byte[]> parts = new ArrayList<>();
    return new SnapshotWriter() {
      @Override
      public void write(byte[] chunk) {
        parts.add(chunk);
      }

      @Override
      public void install(byte[] newLabel) {
        byte[] all = new byte[parts.stream().mapToInt(p -> p.length).sum()];
        int position = 0;
        for (byte[] part : parts) {
          System.arraycopy(part, 0, all, position, part.length);
          position += part.length;
        }
        applied = new CopyOnWriteArrayList<>(RaftCbor.read(all, Content.class).entries());
        label = Optional.of(newLabel);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<byte[]> installedLabel() {
    return label;
  }

  List<LogEntry> applied() {
    return applied;
  }

  /** The commands among what was applied, as text. */
  List<String> commands() {
    return applied.stream()
        .filter(e -> e.kind() == LogEntry.Kind.COMMAND)
        .map(e -> new String(e.payload(), StandardCharsets.UTF_8))
        .toList();
  }
}
