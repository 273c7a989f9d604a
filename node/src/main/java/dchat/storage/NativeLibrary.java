package dchat.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where SQLite's driver unpacks its native library. By itself it leaves a copy of over a megabyte
 * in the system's temporary folder for each process that is killed; in the data folder, which
 * belongs to one process at a time, what an earlier one left can be removed.
 */
final class NativeLibrary {
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /**
   * To be called while the data folder is locked, before the driver is first used. An operator's
   * own {@code -Dorg.sqlite.tmpdir} counts more: a data folder may be mounted {@code noexec}.
   *
   * @throws StorageException if the folder can't be made or cleared
   */
  static void unpackUnder(Path dataFolder) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    Path folder = dataFolder.resolve("native");
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "sqlite-*")) {
        for (Path leftover : leftovers) {
          Files.deleteIfExists(leftover);
        }
      }
    } catch (IOException e) {
      throw new StorageException("can't write to " + folder + ": " + DataFolder.reason(e), e);
    }
    System.setProperty(PROPERTY, folder.toString());
  }
}
