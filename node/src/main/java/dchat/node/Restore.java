package dchat.node;

import dchat.chat.Backup;
import dchat.chat.BackupFile;
import dchat.chat.ChatListener;
import dchat.chat.ChatStateMachine;
import dchat.storage.DataFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes a node's data folder from a backup. The folder appears when it is complete; until then, and
 * for good if something goes wrong, there is none of that name.
 */
@Command(
    name = "dchat restore",
    description = {
      "Makes the data folder of the first node of a new cluster from a backup.",
      "Everything said and every account is in it; everybody has to sign in again."
    },
    sortOptions = false,
    footer = {
      "",
      "Start the node with that folder and a cluster name of its own, then let others join:",
      "  dchat node --id node0 --data DIR --cluster-name NEW",
      "  dchat node --id node1 --join http://127.0.0.1:9000 --cluster-name NEW ...",
      "",
      "Exit code: 0, 1 it can't be restored and nothing was changed, 2 wrong options."
    })
final class Restore implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  private boolean help;

  @Parameters(arity = "1", paramLabel = "FILE", description = "What 'dchat backup' wrote.")
  private Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder to make. It must not exist.")
  private Path data;

  private final PrintStream out;

  Restore(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    Path target = data.toAbsolutePath().normalize();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new StartException.InTheWay(
          data + " exists: a backup is never restored over something");
    }
    BackupFile backup = BackupFile.check(file);
    if (backup.header().position().index() < 1) {
      throw new StartException.InTheWay(
          file + " holds nothing: nothing was ever committed in that cluster");
    }
    Path parent = Files.createDirectories(target.getParent());
    Path half = Files.createTempDirectory(parent, "." + target.getFileName() + ".restoring-");
    try {
      fill(half, backup);
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      delete(half);
      throw e;
    }
    sync(parent);
    tell(backup.header());
    return Main.STOPPED;
  }

  private void fill(Path folder, BackupFile backup) {
    Backup.Header header = backup.header();
    try (DataFolder fresh = DataFolder.openForRestore(folder, header.cluster())) {
      String schema = fresh.chat().schemaVersion();
      if (!header.schema().equals(schema)) {
        throw new StartException.InTheWay(
            "%s holds tables of version %s, this DChat has %s: restore it with the version that made it, and upgrade the folder by starting this one"
                .formatted(file, header.schema(), schema));
      }
      try (ChatStateMachine chat =
          new ChatStateMachine(fresh.chat().writer(), fresh.chat().reader(), ChatListener.all())) {
        chat.restore(backup);
      }
      new RestoreMemory(fresh.journal().writer()).save(header);
    } catch (SQLException e) {
      throw new StartException.InTheWay("can't write to " + data + ": " + e.getMessage(), e);
    }
  }

  private void tell(Backup.Header header) {
    out.printf(
        "restored cluster %s up to entry %d, as %s had it at %s, into %s%n",
        header.cluster(),
        header.position().index(),
        header.node(),
        Instant.ofEpochMilli(header.madeAtMillis()).truncatedTo(ChronoUnit.SECONDS),
        data);
    out.println(
        "start it as the first node of a new cluster: dchat node --id node0 --data "
            + data
            + " --cluster-name NEW, with NEW other than "
            + header.cluster());
    out.flush();
  }

  private static void sync(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every file system allows it; then the folder's name is as safe as any other there.
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
