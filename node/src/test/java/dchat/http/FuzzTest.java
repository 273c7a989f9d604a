package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.chat.ChatSyntax;
import dchat.http.HttpFixture.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, ids and texts nobody would think of: a clear answer, and nothing in the log. */
@Timeout(120)
class FuzzTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final int REQUESTS = 150;
  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "0",
          "_",
          ".",
          "-",
          " ",
          "/",
          "%",
          "\\",
          "\"",
          "'",
          "{",
          "}",
          "<",
          ";",
          "?",
          "#",
          "\r\n",
          "\t",
          "\0",
          "\u0007",
          "\u001b[2J",
          "\u007f",
          "\u009b",
          "\u00e4",
          "\u202e",
          "\ufeff",
          "\ud83d\udc4b",
          "../",
          "--",
          "OR 1=1",
          "name".repeat(20));

  @TempDir Path folder;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatever_is_sent_gets_a_problem_or_means_what_it_says(long seed) throws Exception {
    try (var node = new HttpFixture(KIT, folder)) {
      Person ann = Person.registered(node, "ann");
      Person.registered(node, "bob");
      Random random = new Random(seed);
      for (int i = 0; i < REQUESTS; i++) {
        String name = random.nextInt(3) == 0 ? "general" : nonsense(random);
        String id = random.nextInt(3) == 0 ? "id" + i : nonsense(random);
        String text = random.nextInt(3) == 0 ? "hello" : nonsense(random);
        String kind = random.nextBoolean() ? "rooms" : "dms";
        int before = node.proposed.size();

        Reply reply =
            ann.put(
                "/v1/" + kind + "/" + encoded(name) + "/messages/" + encoded(id),
                "{\"text\":" + quoted(text) + "}");

        String sent = "seed %d: %s '%s' '%s' '%s'".formatted(seed, kind, name, id, text);
        boolean valid =
            ChatSyntax.isName(name)
                && ChatSyntax.isId(id)
                && !text.isBlank()
                && ChatSyntax.forbiddenCharacter(text).isEmpty();
        // A dot alone goes up or nowhere in a path (RFC 3986, section 5.2.4): another path, then.
        assertThat(reply.status()).as(sent).isIn(200, 201, 400, 404, 405, 413, 422);
        if (reply.status() > 201) {
          assertThat(reply.code()).as(sent).isNotEmpty();
        } else {
          assertThat(valid).as(sent).isTrue();
        }
        if (!valid) {
          assertThat(node.proposed).as(sent).hasSize(before);
        }
        Reply registered =
            Person.ask(
                node,
                "POST",
                "/v1/accounts",
                "{\"name\":" + quoted(name) + ",\"password\":" + quoted(text) + "}");
        assertThat(registered.status()).as(sent).isIn(201, 400, 409, 422);
      }
    }
  }

  private static String nonsense(Random random) {
    StringBuilder text = new StringBuilder();
    for (int pieces = random.nextInt(6); pieces >= 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static String encoded(String segment) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02X".formatted(b));
    }
    return encoded.toString();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      json.append("\\u%04x".formatted((int) c));
    }
    return json.append('"').toString();
  }
}
