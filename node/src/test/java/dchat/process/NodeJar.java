package dchat.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

  /** Starts it, with these JVM options and what a rehearsal taught. */
  static List<String> command(List<String> options) {
    return command(path(), Stream.concat(options.stream(), rehearsed().stream()).toList());
  }

  /** Starts a packaged node: for many short lives on few cores, fast and small. */
  static List<String> command(Path jar, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m"));
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }

  private static Path path() {
    if (!Files.exists(JAR)) {
      throw new AssertionError("there is no " + JAR + ": these tests come after it, in mvn verify");
    }
    return JAR;
  }

  /** The option that starts a node with what was learnt; none where the JVM can't. */
  private static List<String> rehearsed() {
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
