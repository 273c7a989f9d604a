package dchat.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * The packaged node, as {@code mvn package} left it, and what a rehearsal with it taught the JVM:
 * with that, each of the many starts of a test run costs half the time.
 */
final class NodeJar {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path JAR = TARGET.resolve("dchat-node.jar");
  private static final Path CACHE = TARGET.resolve("dchat-node.aot");

  /** The first release that makes such a cache in one step (JEP 514). */
  private static final int CACHES_FROM = 25;

  private NodeJar() {}

  static Path path() {
    if (!Files.exists(JAR)) {
      throw new AssertionError("there is no " + JAR + ": these tests come after it, in mvn verify");
    }
    return JAR;
  }

  /** The option that starts a node with what was learnt; none where the JVM can't. */
  static List<String> rehearsed() {
    if (Runtime.version().feature() < CACHES_FROM) {
      return List.of();
    }
    synchronized (NodeJar.class) {
      if (!Files.exists(CACHE) || timeOf(CACHE).compareTo(timeOf(path())) < 0) {
        rehearse();
      }
    }
    return List.of("-XX:AOTCache=" + CACHE);
  }

  private static void rehearse() {
    Path log = TARGET.resolve("rehearsal.log");
    try {
      Process rehearsal =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:AOTCacheOutput=" + CACHE,
                  "-cp",
                  JAR.toString(),
                  "dchat.node.Rehearsal")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (rehearsal.waitFor() != 0) {
        throw new AssertionError("the rehearsal failed, see " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static FileTime timeOf(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
