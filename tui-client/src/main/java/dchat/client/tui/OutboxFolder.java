package dchat.client.tui;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Lines that aren't committed yet, on disk: {@code NAME.1.json} for the first client that is open
 * under a name, {@code NAME.2.json} for a second one at the same time. A lock beside each file says
 * whose it is and goes with its process, however that ends; a client takes over what it finds
 * unlocked, so no line is in two living clients. A cluster is recognised by any node's address in
 * common. Used by one thread.
 */
public final class OutboxFolder implements AutoCloseable {
  /** More clients of one name at the same time can't keep their lines. */
  private static final int MOST_CLIENTS = 32;

  private final Path folder;
  private final Supplier<List<URI>> nodes;
  private final Map<String, Slot> slots = new HashMap<>();

  /**
   * @param folder made when it is needed
   * @param nodes the cluster's addresses, as far as they are known at the moment
   */
  public OutboxFolder(Path folder, Supplier<List<URI>> nodes) {
    this.folder = folder;
    this.nodes = nodes;
  }

  /**
   * What was found.
   *
   * @param problems what the reader should know, a sentence each
   */
  record Found(List<Pending> lines, List<String> problems) {}

  /** The lines that were kept under a name and that no other client holds; each is given once. */
  Found recall(String user) throws IOException {
    if (slots.containsKey(user)) {
      return new Found(List.of(), List.of());
    }
    PrivateFile.createFolder(folder);
    Map<String, Pending> lines = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    List<Slot> mine = new ArrayList<>();
    try {
      for (int n = 1; n <= MOST_CLIENTS; n++) {
        Path file = folder.resolve(user + "." + n + ".json");
        if (mine.isEmpty() || Files.exists(file)) {
          take(file, problems)
              .ifPresent(
                  slot -> {
                    mine.add(slot);
                    slot.written.forEach(line -> lines.putIfAbsent(line.id(), line));
                  });
        }
      }
      if (mine.isEmpty()) {
        throw new IOException(MOST_CLIENTS + " clients are open as " + user);
      }
      gather(mine, List.copyOf(lines.values()));
      slots.put(user, mine.removeFirst());
    } finally {
      mine.forEach(Slot::release);
    }
    return new Found(List.copyOf(lines.values()), problems);
  }

  /** The file, if it is nobody else's and of this cluster. */
  private Optional<Slot> take(Path file, List<String> problems) throws IOException {
    Optional<FileChannel> lock = lock(file);
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    Slot slot = new Slot(file, lock.get());
    if (!Files.exists(file)) {
      return Optional.of(slot);
    }
    Optional<OutboxJson> content = read(file);
    if (content.isEmpty()) {
      problems.add("the outbox " + file + " is damaged; it is set aside as " + setAside(file));
      return Optional.of(slot);
    }
    if (Collections.disjoint(content.get().nodes(), nodes.get())) {
      slot.release();
      return Optional.empty();
    }
    slot.written = content.get().lines();
    return Optional.of(slot);
  }

  private static Optional<FileChannel> lock(Path file) throws IOException {
    FileChannel channel = PrivateFile.create(file.resolveSibling(file.getFileName() + ".lock"));
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another client in this very process.
    }
    channel.close();
    return Optional.empty();
  }

  private static Optional<OutboxJson> read(Path file) throws IOException {
    try {
      return OutboxJson.read(Files.readString(file));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Path setAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    for (int n = 2; Files.exists(aside); n++) {
      aside = file.resolveSibling(file.getFileName() + ".damaged" + n);
    }
    return Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE).getFileName();
  }

  /** All lines into the first file, and only then away with the others: rather twice than never. */
  private void gather(List<Slot> mine, List<Pending> lines) throws IOException {
    if (mine.size() > 1) {
      write(mine.getFirst(), lines);
    }
    for (Slot other : mine.subList(1, mine.size())) {
      Files.deleteIfExists(other.file);
    }
  }

  /**
   * Makes the files say that these lines wait, and nothing else. When this returns they are on
   * disk.
   *
   * @throws IOException when they aren't; what was there before still is
   */
  void keep(List<Pending> lines) throws IOException {
    Map<String, List<Pending>> byUser =
        lines.stream().collect(Collectors.groupingBy(line -> line.command().user()));
    for (String user : byUser.keySet()) {
      if (!slots.containsKey(user)) {
        throw new IOException("no file for the lines of " + user);
      }
    }
    for (Map.Entry<String, Slot> slot : slots.entrySet()) {
      write(slot.getValue(), byUser.getOrDefault(slot.getKey(), List.of()));
    }
  }

  private void write(Slot slot, List<Pending> lines) throws IOException {
    if (lines.equals(slot.written)) {
      return;
    }
    if (lines.isEmpty()) {
      Files.deleteIfExists(slot.file);
    } else {
      PrivateFile.write(slot.file, new OutboxJson(nodes.get(), lines).write());
    }
    slot.written = lines;
  }

  /** Lets other clients have what is still kept. */
  @Override
  public void close() {
    slots.values().forEach(Slot::release);
    slots.clear();
  }

  /** A file that is this client's as long as it holds the lock. */
  private static final class Slot {
    private final Path file;
    private final FileChannel lock;
    private List<Pending> written = List.of();

    private Slot(Path file, FileChannel lock) {
      this.file = file;
      this.lock = lock;
    }

    private void release() {
      try {
        lock.close();
      } catch (IOException e) {
        // Nothing was written through it; the lock goes with the process at the latest.
      }
    }
  }
}
