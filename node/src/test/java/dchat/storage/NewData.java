package dchat.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data of {@code node0} of cluster {@code test} as they are when it is new, for tests that are
 * about other things: copied, as making the databases takes far longer.
 */
public final class NewData {
  private static final Identity OWNER = new Identity("node0", "test");
  private static final Map<String, byte[]> DATABASES = made();

  private NewData() {}

  /** Opens what {@code folder} holds; them, if it holds none. */
  public static DataFolder in(Path folder) {
    try {
      Files.createDirectories(folder);
      for (var database : DATABASES.entrySet()) {
        Path file = folder.resolve(database.getKey());
        if (!Files.exists(file)) {
          Files.write(file, database.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return DataFolder.open(folder, OWNER);
  }

  private static Map<String, byte[]> made() {
    try {
      Path folder = Files.createTempDirectory("dchat-new-");
      DataFolder.open(folder, OWNER).close();
      try (Stream<Path> all = Files.walk(folder)) {
        List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
        Map<String, byte[]> databases =
            files.stream()
                .filter(file -> file.toString().endsWith(".db"))
                .collect(Collectors.toMap(file -> file.getFileName().toString(), bytes()));
        files.forEach(file -> file.toFile().delete());
        return databases;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Function<Path, byte[]> bytes() {
    return file -> {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
