package dchat.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * DChat with a mistake in it: some of its sources are changed, compiled, and loaded apart from the
 * real ones, together with a copy of everything that uses them. So production code needs no switch
 * for a mistake.
 *
 * @param name what the mistake is
 * @param foundBefore a seed that found it once
 */
record Mutant(String name, long foundBefore, List<Edit> edits) {
  private static final Path MODULE = Path.of("");

  /**
   * A replacement in a source file.
   *
   * @param source path below the module
   * @param text must be in it, else the mutant has to follow the code
   */
  record Edit(String source, String text, String instead) {}

  static Mutant of(String name, String source, String text, String instead) {
    return new Mutant(name, 1, List.of(edit(source, text, instead)));
  }

  Mutant foundBefore(long seed) {
    return new Mutant(name, seed, edits);
  }

  static Edit edit(String source, String text, String instead) {
    return new Edit(source, text, instead);
  }

  /**
   * @param folder for the class files
   */
  ClassLoader load(Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> errors = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-d",
            folder.toString(),
            "-classpath",
            System.getProperty("java.class.path"),
            "-proc:none",
            "-implicit:none",
            "-nowarn",
            "-parameters");
    List<JavaFileObject> sources =
        edits.stream().collect(Collectors.groupingBy(Edit::source)).entrySet().stream()
            .map(file -> mutated(file.getKey(), file.getValue()))
            .toList();
    if (!compiler.getTask(null, null, errors, options, null, sources).call()) {
      throw new IllegalStateException(name + " doesn't compile: " + errors.getDiagnostics());
    }
    return new Copies(folder);
  }

  private JavaFileObject mutated(String source, List<Edit> changes) {
    Path file = MODULE.resolve(source);
    String text = read(file);
    for (Edit change : changes) {
      if (!text.contains(change.text())) {
        throw new IllegalStateException(
            "%s has changed: the mutant '%s' looks for '%s' there and has to follow"
                .formatted(source, name, change.text()));
      }
      text = text.replace(change.text(), change.instead());
    }
    String content = text;
    return new SimpleJavaFileObject(
        URI.create("string:///" + file.getFileName()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return content;
      }
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Defines every class of DChat anew: the mutated ones from a folder, the others as they are. */
  private static final class Copies extends ClassLoader {
    private final Path folder;

    private Copies(Path folder) {
      super(Mutant.class.getClassLoader());
      this.folder = folder;
    }

    @Override
    protected Class<?> loadClass(String className, boolean resolve) throws ClassNotFoundException {
      if (!className.startsWith("dchat.")) {
        return super.loadClass(className, resolve);
      }
      synchronized (getClassLoadingLock(className)) {
        Class<?> loaded = findLoadedClass(className);
        return loaded != null ? loaded : define(className);
      }
    }

    private Class<?> define(String className) throws ClassNotFoundException {
      String file = className.replace('.', '/') + ".class";
      Path mutated = folder.resolve(file);
      try (InputStream in =
          Files.exists(mutated) ? Files.newInputStream(mutated) : getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(className);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(className, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(className, e);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
