package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SanitizerTest {
  @Test
  void what_moves_the_cursor_or_rings_is_gone() {
    assertThat(Sanitizer.text("a\u001b[2Jb\u0007c\u009b31md\u007fe")).isEqualTo("a[2Jbc31mde");
  }

  @Test
  void what_turns_text_around_or_hides_in_it_is_gone() {
    assertThat(Sanitizer.text("a\u202ebc\u2066d\u200be\u00adf\ufeffg\u200ch"))
        .isEqualTo("abcdefgh");
  }

  @Test
  void a_joiner_stays_only_between_emoji() {
    String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";
    assertThat(Sanitizer.text(family)).isEqualTo(family);
    assertThat(Sanitizer.text("a\u200db")).isEqualTo("ab");
  }

  @Test
  void a_name_that_looks_like_another_by_decomposition_is_that_other() {
    assertThat(Sanitizer.line("Jose\u0301")).isEqualTo("Jos\u00e9");
    assertThat(Sanitizer.line("e\u200b\u0301")).isEqualTo("\u00e9");
  }

  @Test
  void a_tower_of_marks_is_cut_down() {
    assertThat(Sanitizer.text("x" + "\u0489".repeat(500)).length()).isLessThan(10);
  }

  @Test
  void a_line_of_a_megabyte_is_bounded() {
    assertThat(Sanitizer.text("x".repeat(1 << 20)).length()).isLessThanOrEqualTo(32_768);
  }

  @Test
  void line_ends_and_tabs_become_what_a_terminal_can_show() {
    assertThat(Sanitizer.text("a\r\nb\rc\td")).isEqualTo("a\nb\nc d");
    assertThat(Sanitizer.line("a\nb")).isEqualTo("a b");
  }

  @Test
  void random_text_comes_out_harmless_and_comes_out_the_same_a_second_time() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder raw = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        raw.appendCodePoint(randomPoint(random));
      }
      String clean = Sanitizer.text(raw.toString());
      assertThat(Sanitizer.text(clean)).as("seed %d", seed).isEqualTo(clean);
      assertThat(clean.chars().filter(c -> c < ' ' && c != '\n' || c >= 0x7F && c < 0xA0))
          .isEmpty();
      assertThat(clean.replaceAll("[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]", ""))
          .as("seed %d", seed)
          .doesNotContainPattern("[\\uD800-\\uDFFF\\u202A-\\u202E\\u2066-\\u2069\\u200B]");
      String joined = String.join("", Cluster.split(clean).stream().map(Cluster::text).toList());
      assertThat(joined).isEqualTo(clean);
      assertThat(Cluster.split(clean)).allMatch(c -> c.width() == 1 || c.width() == 2);
    }
  }

  private static int randomPoint(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(0xA0);
      case 1 -> 0x300 + random.nextInt(0x70);
      case 2 -> 0x2000 + random.nextInt(0x70);
      case 3 -> 0x1F000 + random.nextInt(0xB00);
      case 4 -> 0xFE00 + random.nextInt(0x10);
      case 5 -> 0xD800 + random.nextInt(0x800);
      case 6 -> random.nextInt(0x30000);
      default -> 0x200D;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "a, 1",
    "\u00e9, 1",
    "\u4f60\u597d, 4",
    "\ud55c\uae00, 4",
    "\ud83d\ude00, 2",
    "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67, 2",
    "\ud83c\udde9\ud83c\uddea, 2",
    "\ud83d\udc4d\ud83c\udffd, 2",
    "\u2764\ufe0f, 2",
    "\u2764, 1",
    "x\u0323\u0304, 1",
    "\uff21, 2",
    "\u0928\u093f, 1",
  })
  void text_covers_the_columns_a_terminal_gives_it(String text, int columns) {
    assertThat(Cluster.width(text)).isEqualTo(columns);
  }

  @Test
  void a_cut_never_splits_a_cluster_and_never_exceeds_the_columns() {
    assertThat(Cluster.fit("\u4f60\u597d\u4f60", 4)).isEqualTo("\u4f60~");
    assertThat(Cluster.fit("general", 7)).isEqualTo("general");
    assertThat(Cluster.fit("general", 4)).isEqualTo("gen~");
    assertThat(Cluster.fit("general", 0)).isEmpty();
  }
}
