package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description and what is described: each has what the other has. */
class OpenApiTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH");

  @TempDir Path folder;
  private HttpFixture node;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void open() throws Exception {
    node = new HttpFixture(KIT, folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void it_is_served() {
    Reply reply = node.get("/openapi.yaml");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/yaml"));
    assertThat(reply.body()).startsWith("openapi: 3.1.0").isEqualTo(OpenApi.text());
  }

  @Test
  void what_is_described_is_answered_and_other_methods_are_not() {
    Map<String, Set<String>> described = described();
    assertThat(described).hasSizeGreaterThan(25);
    described.forEach(
        (path, methods) -> {
          for (String method : METHODS) {
            // A stream doesn't end by itself; that there is one is another test's subject.
            if (path.equals("/v1/events") && method.equals("GET")) {
              continue;
            }
            Reply reply = ask(method, path);
            assertThat(reply.status() == 405)
                .as(method + " " + path + " is " + reply.status())
                .isEqualTo(!methods.contains(method));
            assertThat(reply.body()).as(method + " " + path).doesNotContain("\"not-found\"");
          }
        });
  }

  @Test
  void what_is_answered_is_described() {
    Map<String, Set<String>> described = described();
    node.resources()
        .forEach(
            (path, methods) ->
                assertThat(described.get(path))
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(methods));
  }

  @Test
  void what_is_described_is_measured_under_its_own_name() {
    assertThat(node.meter.routes).containsAll(described().keySet()).contains(RouteMeters.OTHER);
    assertThat(node.meter.routes).hasSize(described().size() + 1);
  }

  @Test
  void every_code_of_a_problem_is_described() {
    Matcher list = Pattern.compile("enum:\n((?: {12}- .*\n)+)").matcher(OpenApi.text());
    assertThat(list.find()).isTrue();
    assertThat(list.group(1).lines().map(line -> line.strip().substring(2)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ProblemType.values()).map(type -> type.code).toList());
  }

  @Test
  void every_reference_leads_somewhere() {
    List<String> lines = OpenApi.text().lines().toList();
    Matcher reference = Pattern.compile("#/components/(\\w+)/([\\w-]+)").matcher(OpenApi.text());
    while (reference.find()) {
      int section = lines.indexOf("  " + reference.group(1) + ":");
      assertThat(lines.subList(section, lines.size()))
          .as(reference.group())
          .contains("    " + reference.group(2) + ":");
    }
  }

  private Reply ask(String method, String path) {
    String concrete =
        path.replace("{room}", "general").replace("{user}", "bob").replace("{id}", "m1");
    return node.send(
        node.request(concrete).method(method, HttpRequest.BodyPublishers.noBody()).build());
  }

  private static Map<String, Set<String>> described() {
    Map<String, Set<String>> paths = new LinkedHashMap<>();
    List<String> open = new ArrayList<>();
    for (String line :
        OpenApi.text().lines().dropWhile(l -> !l.equals("paths:")).skip(1).toList()) {
      if (line.equals("components:")) {
        break;
      }
      if (line.matches("  /.*:")) {
        open.add(line.strip().replaceAll(":$", ""));
        paths.put(open.getLast(), new TreeSet<>());
      } else if (line.matches(" {4}(get|post|put|delete|patch):")) {
        paths.get(open.getLast()).add(line.strip().replace(":", "").toUpperCase(Locale.ROOT));
      }
    }
    return paths;
  }
}
