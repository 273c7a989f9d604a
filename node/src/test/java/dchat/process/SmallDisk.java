package dchat.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of a few megabytes, in memory, that really fills up. */
final class SmallDisk implements AutoCloseable {
  private static final byte[] BLOCK = new byte[4096];

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one.
   *
   * @param folder where; made if it is missing
   * @return empty where mounting isn't permitted, and says so
   */
  static Optional<SmallDisk> mount(Path folder, int megabytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String said = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder);
    if (said.isEmpty()) {
      return Optional.of(new SmallDisk(folder));
    }
    System.out.println("no small disk for tests of full ones: " + said.strip());
    return Optional.empty();
  }

  /** Takes all the room there is. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(BLOCK);
      }
    } catch (IOException full) {
      // That is when it is enough.
      return;
    }
  }

  void makeRoom() {
    try {
      Files.delete(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody may use it any more. */
  @Override
  public void close() {
    String said = run("umount", folder);
    if (!said.isEmpty()) {
      throw new AssertionError(said);
    }
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  /**
   * @return what it said if it failed, nothing otherwise
   */
  private static String run(Object... command) {
    try {
      Process process =
          new ProcessBuilder(java.util.Arrays.stream(command).map(Object::toString).toList())
              .redirectErrorStream(true)
              .start();
      try (BufferedReader out = process.inputReader()) {
        String said = String.join(" ", out.lines().toList());
        return process.waitFor() == 0 ? "" : said + " (" + command[0] + ")";
      }
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
