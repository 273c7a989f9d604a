package dchat.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The files of one node: {@code journal.db}, {@code chat.db}, {@code search.db} and the {@code
 * lock} that keeps a second process out.
 */
public final class DataFolder implements NodeData {
  private final FileChannel lock;
  private final SqliteDatabase journal;
  private final SqliteDatabase chat;
  private final SqliteDatabase search;
  private final WriteCheck writeCheck;

  private DataFolder(
      FileChannel lock,
      SqliteDatabase journal,
      SqliteDatabase chat,
      SqliteDatabase search,
      WriteCheck writeCheck) {
    this.lock = lock;
    this.journal = journal;
    this.chat = chat;
    this.search = search;
    this.writeCheck = writeCheck;
  }

  /**
   * Opens the databases of {@code owner} under {@code folder}, creating and migrating what isn't
   * there yet. Whatever speaks against it is found before any database is created or changed.
   *
   * @throws StorageException if the folder can't be written, is in use by another process, or holds
   *     something other than this owner's data; also if a database won't take the durability its
   *     use relies on
   */
  public static DataFolder open(Path folder, Identity owner) {
    Path root = folder.toAbsolutePath().normalize();
    SqliteDatabase journal =
        new SqliteDatabase(root.resolve("journal.db"), Durability.EVERY_COMMIT);
    SqliteDatabase chat = new SqliteDatabase(root.resolve("chat.db"), Durability.EVERY_CHECKPOINT);
    SqliteDatabase search =
        new SqliteDatabase(root.resolve("search.db"), Durability.EVERY_CHECKPOINT);
    refuseForeignFiles(root, journal, chat);
    FileChannel lock = lock(root);
    try {
      NativeLibrary.unpackUnder(root);
      List<SqliteDatabase> databases = List.of(journal, chat, search);
      databases.forEach(database -> database.refuseOtherThan(owner));
      // The journal first: were the state there without it, the next start would refuse.
      databases.forEach(database -> database.prepare(owner));
      syncDirectory(root);
      return new DataFolder(
          lock,
          journal,
          chat,
          search,
          new WriteCheck(() -> WriteCheck.write(root), System::nanoTime));
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  /**
   * Makes a folder for what is restored from a backup of {@code clusterName}. Whoever opens it
   * first owns it from then on, but no node of a cluster of that name.
   *
   * @throws StorageException for the same reasons
   */
  public static DataFolder openForRestore(Path folder, String clusterName) {
    return open(folder, Identity.restoredFrom(clusterName));
  }

  /** Whether no node ever kept anything there. */
  public static boolean isNew(Path folder) {
    return !Files.exists(folder.resolve("journal.db")) && !Files.exists(folder.resolve("chat.db"));
  }

  @Override
  public SqliteDatabase journal() {
    return journal;
  }

  /** {@inheritDoc} So it needn't be on disk at each commit. */
  @Override
  public SqliteDatabase chat() {
    return chat;
  }

  @Override
  public SqliteDatabase search() {
    return search;
  }

  @Override
  public Optional<String> writeTrouble() {
    return writeCheck.trouble();
  }

  @Override
  public void close() {
    search.close();
    chat.close();
    journal.close();
    closeQuietly(lock);
  }

  private static void refuseForeignFiles(Path root, SqliteDatabase journal, SqliteDatabase chat) {
    if (root.toString().indexOf('?') >= 0) {
      throw new StorageException(
          "data folder " + root + " has a '?' in its name, which a JDBC URL" + " can't carry");
    }
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new StorageException("data folder " + root + " is a file");
    }
    journal.refuseIfNotADatabase();
    chat.refuseIfNotADatabase();
    if (chat.exists() && !journal.exists()) {
      // Terms, votes and entries this node has promised to keep are gone; a node that starts
      // without them could elect a second leader (paper, section 5.1, "persistent state").
      throw new StorageException(
          "data folder "
              + root
              + " has a chat.db but no journal.db: what"
              + " this node promised its peers is lost; empty the folder and add it as a new node");
    }
  }

  private static FileChannel lock(Path root) {
    FileChannel channel = null;
    try {
      Files.createDirectories(root);
      channel =
          FileChannel.open(
              root.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = readHolder(channel);
        closeQuietly(channel);
        throw new StorageException("data folder " + root + " is in use by a running node" + holder);
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pidLine().getBytes(StandardCharsets.UTF_8)), 0);
      return channel;
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw new StorageException("data folder " + root + " is open in this process already", e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new StorageException("can't write to data folder " + root + ": " + reason(e), e);
    }
  }

  private static String pidLine() {
    return ProcessHandle.current().pid() + "\n";
  }

  private static String readHolder(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    String pid = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
    return pid.isEmpty() ? "" : " (process " + pid + ")";
  }

  /** A new file is safe from a power cut only when its directory is on disk too. */
  private static void syncDirectory(Path root) {
    for (Path directory : List.of(root, root.getParent() == null ? root : root.getParent())) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        // Not every file system or parent folder allows it, and SQLite syncs its own files.
        continue;
      }
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException file -> file.getFile() + " is a file";
      default -> e.getMessage();
    };
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new StorageException("can't close the lock: " + e.getMessage(), e);
    }
  }
}
