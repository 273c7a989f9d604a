package dchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule has a test, and the README's table of them names none that isn't one. */
class RuleTableTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|[^|]*\\|([^|]*)\\|$");
  private static final Pattern CLASS = Pattern.compile("`(\\w+)`");
  private static final Pattern CITATION = Pattern.compile("rule_(\\d+)_");

  @Test
  void names_for_every_rule_classes_with_tests_that_cite_it() throws IOException {
    Map<Integer, SortedSet<String>> cited = citations();
    assertThat(cited.keySet())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 17).boxed().toList());
    Map<Integer, SortedSet<String>> table = table();
    assertThat(table).containsOnlyKeys(cited.keySet());
    table.forEach(
        (rule, classes) ->
            assertThat(cited.get(rule)).as("rule %d", rule).isNotEmpty().containsAll(classes));
    assertThat(table.values()).noneMatch(SortedSet::isEmpty);
  }

  private static Map<Integer, SortedSet<String>> table() throws IOException {
    Map<Integer, SortedSet<String>> table = new TreeMap<>();
    for (MatchResult row : matches(ROW, Files.readString(Path.of("README.md")))) {
      SortedSet<String> classes = new TreeSet<>();
      matches(CLASS, row.group(2)).forEach(name -> classes.add(name.group(1)));
      table.put(Integer.valueOf(row.group(1)), classes);
    }
    return table;
  }

  private static Map<Integer, SortedSet<String>> citations() throws IOException {
    Map<Integer, SortedSet<String>> citations = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      files
          .filter(file -> file.toString().endsWith("Test.java"))
          .forEach(
              file -> {
                String name = file.getFileName().toString().replace(".java", "");
                for (MatchResult rule : matches(CITATION, read(file))) {
                  citations
                      .computeIfAbsent(Integer.valueOf(rule.group(1)), unseen -> new TreeSet<>())
                      .add(name);
                }
              });
    }
    return citations;
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
