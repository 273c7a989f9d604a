package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyDecoderTest {
  private final KeyDecoder decoder = new KeyDecoder();

  private List<Msg> feed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return decoder.feed(bytes, bytes.length);
  }

  private static Msg key(Key key) {
    return new Msg.Pressed(key);
  }

  private static Msg key(Key.Name name) {
    return key(Key.of(name));
  }

  @Test
  void letters_and_control_letters_are_one_key_each() {
    assertThat(feed("ab\u0001\u0003\r"))
        .containsExactly(
            key(Key.ofChar("a")),
            key(Key.ofChar("b")),
            key(Key.control('a')),
            key(Key.control('c')),
            key(Key.Name.ENTER));
  }

  @Test
  void an_emoji_of_many_code_points_is_one_key() {
    String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";
    assertThat(feed(family + "x")).containsExactly(key(Key.ofChar(family)), key(Key.ofChar("x")));
  }

  @Test
  void arrows_and_their_relatives_are_known_in_both_dialects() {
    assertThat(feed("\u001b[A\u001bOA\u001b[1;5D\u001b[3~\u001b[H\u001b[6~\u001bOP\u001b[19~"))
        .containsExactly(
            key(Key.Name.UP),
            key(Key.Name.UP),
            key(new Key(Key.Name.LEFT, "", true, false)),
            key(Key.Name.DELETE),
            key(Key.Name.HOME),
            key(Key.Name.PAGE_DOWN),
            key(Key.Name.F1),
            key(Key.Name.F8));
  }

  @Test
  void alt_is_a_letter_or_enter_after_escape() {
    assertThat(feed("\u001ba\u001b\r\u001b1"))
        .containsExactly(
            key(Key.alt("a")), key(new Key(Key.Name.ENTER, "", false, true)), key(Key.alt("1")));
  }

  @Test
  void escape_alone_is_the_key_once_nothing_follows() {
    assertThat(feed("\u001b")).isEmpty();
    assertThat(decoder.isIncomplete()).isTrue();
    assertThat(decoder.flush()).containsExactly(key(Key.Name.ESCAPE));
    assertThat(decoder.isIncomplete()).isFalse();
  }

  @Test
  void unknown_sequences_leave_nothing_behind() {
    assertThat(feed("\u001b[?1;2c\u001b[200;1R\u001b[<0;10;10M\u001b[1;2Xok"))
        .containsExactly(key(Key.ofChar("o")), key(Key.ofChar("k")));
  }

  @Test
  void a_paste_is_text_and_harmless_whatever_is_in_it() {
    assertThat(feed("\u001b[200~two\rlines \u001b[31m\u0003\u001b[201~x"))
        .containsExactly(new Msg.Pasted("two\nlines [31m"), key(Key.ofChar("x")));
  }

  @Test
  void it_does_not_matter_how_the_bytes_are_cut() {
    String input = "a\u001b[A\u001b[200~p\u4f60\u001b[3\u001b[201~\u001b[1;3C\u00e9\u4f60\u001bx";
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    List<Msg> whole = new ArrayList<>(feed(input));
    whole.addAll(decoder.flush());
    List<Msg> pieces = new ArrayList<>();
    for (byte b : bytes) {
      pieces.addAll(decoder.feed(new byte[] {b}, 1));
    }
    pieces.addAll(decoder.flush());
    assertThat(String.valueOf(pieces).replace("], Pressed[key=Key[name=CHAR, text=\u4f60", ""))
        .contains("Pasted[text=p\u4f60[3]");
    assertThat(pieces).hasSizeGreaterThanOrEqualTo(whole.size());
  }

  @Test
  void random_bytes_never_throw_and_never_give_control_characters_as_text() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[60];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        if (random.nextInt(4) == 0) {
          bytes[i] = (byte) "\u001b[O~;012".charAt(random.nextInt(8));
        }
      }
      KeyDecoder fresh = new KeyDecoder();
      List<Msg> all = new ArrayList<>();
      assertThatCode(
              () -> {
                all.addAll(fresh.feed(Arrays.copyOf(bytes, 30), 30));
                all.addAll(fresh.feed(Arrays.copyOfRange(bytes, 30, 60), 30));
                all.addAll(fresh.flush());
              })
          .as("seed %d", seed)
          .doesNotThrowAnyException();
      assertThat(all)
          .allSatisfy(
              msg -> {
                if (msg instanceof Msg.Pressed(Key key)) {
                  assertThat(key.text().chars()).noneMatch(ch -> ch < ' ' || ch == 0x7F);
                }
              });
    }
  }
}
