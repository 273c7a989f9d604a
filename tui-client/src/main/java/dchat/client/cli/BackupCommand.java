package dchat.client.cli;

import dchat.client.api.BackupOutcome;
import dchat.client.api.ClusterClient;
import dchat.client.tui.Sanitizer;
import dchat.client.tui.ScreenChat;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the whole chat into a file while the cluster runs. */
@Command(
    name = "backup",
    description = {
      "Write the whole chat, as it is at one moment, into a file; the cluster goes on meanwhile.",
      "The file holds every account with its hashed password, and every direct message:",
      "only its owner may read it. 'dchat restore' makes a new cluster of it."
    })
final class BackupCommand implements Callable<Integer> {
  private static final FileAttribute<?> FOR_THE_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      split = ",",
      paramLabel = "URL",
      description = {
        "The node to take it from, or several, separated by commas, to be tried in that order.",
        "Default: $DCHAT_NODES, else 127.0.0.1 with ports 9000, 9001 and 9002."
      })
  private List<String> from = List.of();

  @Mixin private TrustOption trust;
  @Mixin private AdminTokenOption adminToken;

  @Option(
      names = "--local",
      description =
          "Take what the node has, also without a majority; else nothing acknowledged is missing.")
  private boolean local;

  @Parameters(paramLabel = "FILE", description = "The file to make. It must not exist.")
  private Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<URI> nodes = NodesOption.addresses(spec, from, trust);
    if (Files.exists(file)) {
      throw new ParameterException(
          spec.commandLine(), file + " exists: a backup is never written over something");
    }
    Path half = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel out = create(half);
        ClusterClient client =
            new ClusterClient(
                ClusterClient.Settings.of(nodes)
                    .withTrust(trust.context())
                    .withAdminToken(adminToken.token()))) {
      BackupOutcome outcome = fetch(client, nodes, out);
      if (outcome instanceof BackupOutcome.Whole) {
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return tell(outcome);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private static FileChannel create(Path half) throws IOException {
    try {
      return FileChannel.open(
          half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FOR_THE_OWNER);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(half + " is there: another backup is under way, or was cut off", e);
    } catch (IOException e) {
      throw new IOException("can't write to " + half, e);
    }
  }

  private BackupOutcome fetch(ClusterClient client, List<URI> nodes, FileChannel out)
      throws IOException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    LongConsumer progress = progress();
    for (URI node : nodes) {
      BackupOutcome outcome = client.backup(node, !local, out, progress);
      switch (outcome) {
        case BackupOutcome.NotThere(String detail) -> reasons.add(detail);
        case BackupOutcome.Broken(String detail) -> {
          reasons.add(detail);
          out.truncate(0);
          out.position(0);
        }
        case BackupOutcome.Whole whole -> {
          return whole;
        }
        case BackupOutcome.Refused refused -> {
          return refused;
        }
      }
    }
    return new BackupOutcome.NotThere(String.join("; ", reasons));
  }

  private LongConsumer progress() {
    PrintWriter err = spec.commandLine().getErr();
    long[] shownMegabytes = {0};
    return ScreenChat.isPossible()
        ? bytes -> {
          long megabytes = bytes >> 20;
          if (megabytes > shownMegabytes[0]) {
            shownMegabytes[0] = megabytes;
            err.printf("\r\u001b[K%d MiB ...", megabytes);
            err.flush();
          }
        }
        : bytes -> {};
  }

  private int tell(BackupOutcome outcome) {
    PrintWriter err = spec.commandLine().getErr();
    if (ScreenChat.isPossible()) {
      err.print("\r\u001b[K");
    }
    return switch (outcome) {
      case BackupOutcome.Whole(long bytes) -> {
        String size = String.format(Locale.ROOT, "%,d bytes", bytes);
        spec.commandLine().getOut().println("backed up into " + file + ", " + size);
        yield ExitCode.OK;
      }
      case BackupOutcome.Refused(String code, String detail) -> {
        err.println("dchat: refused: " + Sanitizer.line(detail + " (" + code + ")"));
        yield ExitCode.REJECTED;
      }
      case BackupOutcome.NotThere(String detail) -> {
        err.println("dchat: no backup: " + Sanitizer.line(detail));
        yield ExitCode.NO_LEADER;
      }
      case BackupOutcome.Broken(String detail) -> {
        err.println("dchat: no backup: " + Sanitizer.line(detail));
        yield ExitCode.FAILED;
      }
    };
  }
}
