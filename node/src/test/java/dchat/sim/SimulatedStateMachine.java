package dchat.sim;

import dchat.raft.LogEntry;
import dchat.raft.StateMachine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A list that commands append themselves to, each once however often it is committed. Its result is
 * the index at which the command took effect. What it holds is on a disk: it outlives the node, and
 * a power cut takes what wasn't made durable.
 */
final class SimulatedStateMachine implements StateMachine {
  private static final Position EMPTY = new Position(0, 0, 0);

  private final RandomGenerator random;

  /** What took effect, by the index at which it did. */
  private final TreeMap<Long, String> effects = new TreeMap<>();

  /** Where each command took effect, so that it does so once. */
  private final Map<String, Long> seen = new HashMap<>();

  /** Where the state stood, from the last durable position on. */
  private final TreeMap<Long, Position> positions = new TreeMap<>(Map.of(0L, EMPTY));

  private Optional<byte[]> label = Optional.empty();
  private double failShare;

  SimulatedStateMachine(RandomGenerator random) {
    this.random = random;
  }

  /** From now on so many operations, 0 to 1, can't be stored. */
  void setFailShare(double share) {
    failShare = share;
  }

  /** Ids of the commands that took effect, by the index at which they did. */
  TreeMap<Long, String> effects() {
    return effects;
  }

  /** What a power cut would leave. */
  long durableIndex() {
    return positions.firstKey();
  }

  /** Loses some of what isn't durable. */
  void losePower() {
    long most = lastAppliedIndex() - durableIndex();
    long kept = durableIndex() + random.nextLong(most + 1);
    positions.tailMap(kept, false).clear();
    effects.tailMap(kept, false).clear();
    seen.values().removeIf(index -> index > kept);
    positions.headMap(kept, false).clear();
  }

  @Override
  public long lastAppliedIndex() {
    return positions.lastKey();
  }

  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    failSometimes();
    List<byte[]> results = new ArrayList<>();
    for (LogEntry entry : entries) {
      positions.put(
          entry.index(), new Position(entry.index(), entry.term(), entry.timestampMillis()));
      results.add(entry.kind() == LogEntry.Kind.COMMAND ? applyCommand(entry) : new byte[0]);
    }
    return results;
  }

  private byte[] applyCommand(LogEntry entry) {
    String id = Command.id(entry.payload());
    long index = seen.computeIfAbsent(id, unseen -> entry.index());
    if (index == entry.index()) {
      effects.put(index, id);
    }
    return Long.toString(index).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long makeDurable() {
    failSometimes();
    positions.headMap(positions.lastKey(), false).clear();
    return durableIndex();
  }

  @Override
  public Optional<byte[]> installedLabel() {
    return label;
  }

  @Override
  public SnapshotReader openSnapshot() {
    return new Image(positions.lastEntry().getValue(), encode());
  }

  @Override
  public SnapshotWriter receiveSnapshot() {
    return new Staging();
  }

  private void failSometimes() {
    if (failShare > 0 && random.nextDouble() < failShare) {
      throw new IllegalStateException("no room for the state");
    }
  }

  private byte[] encode() {
    Position position = positions.lastEntry().getValue();
    StringBuilder text = new StringBuilder();
    text.append(position.index()).append(' ').append(position.term());
    text.append(' ').append(position.timestampMillis()).append('\n');
    effects.forEach((index, id) -> text.append(index + " " + id + "\n"));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void decode(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n");
    String[] head = lines[0].split(" ");
    Position position =
        new Position(Long.parseLong(head[0]), Long.parseLong(head[1]), Long.parseLong(head[2]));
    positions.clear();
    positions.put(position.index(), position);
    effects.clear();
    seen.clear();
    for (String line : List.of(lines).subList(1, lines.length)) {
      int gap = line.indexOf(' ');
      effects.put(Long.parseLong(line.substring(0, gap)), line.substring(gap + 1));
    }
    effects.forEach((index, id) -> seen.put(id, index));
  }

  /** Comes in parts of odd lengths, so that every snapshot has several. */
  private final class Image implements SnapshotReader {
    private final Position position;
    private final byte[] bytes;
    private int read;

    private Image(Position position, byte[] bytes) {
      this.position = position;
      this.bytes = bytes;
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public Optional<byte[]> nextChunk(int maxBytes) {
      if (read == bytes.length) {
        return Optional.empty();
      }
      int part = 1 + random.nextInt(Math.max(1, bytes.length / 3));
      int end = Math.min(bytes.length, read + Math.min(maxBytes, part));
      byte[] chunk = Arrays.copyOfRange(bytes, read, end);
      read = end;
      return Optional.of(chunk);
    }

    @Override
    public void close() {}
  }

  private final class Staging implements SnapshotWriter {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    @Override
    public void write(byte[] chunk) {
      failSometimes();
      received.writeBytes(chunk);
    }

    @Override
    public void install(byte[] newLabel) {
      failSometimes();
      decode(received.toByteArray());
      label = Optional.of(newLabel);
    }

    @Override
    public void close() {}
  }
}
