package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatSyntaxTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "general", "A-Z_0.9", "12345678901234567890123456789012"})
  void names_may_be(String name) {
    assertThat(ChatSyntax.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "123456789012345678901234567890123", "ä", "a/b", "#a", "a\n"})
  void names_may_not_be(String name) {
    assertThat(ChatSyntax.isName(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "ä", "\u007f"})
  void ids_may_not_be(String id) {
    assertThat(ChatSyntax.isId(id)).isFalse();
  }

  @Test
  void ids_may_have_64_characters_but_not_65() {
    assertThat(ChatSyntax.isId("x".repeat(64))).isTrue();
    assertThat(ChatSyntax.isId("x".repeat(65))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0000", "a\u001b[31m", "\r", "\u007f", "\u0085", "\u009b", "\uD83D", "\uDE00x"})
  void texts_may_not_hold(String text) {
    assertThat(ChatSyntax.forbiddenCharacter(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n\tb", "\uD83D\uDE00", "\u05d0\u202e", "\u00a0", "e\u0301"})
  void texts_may_hold(String text) {
    assertThat(ChatSyntax.forbiddenCharacter(text)).isEmpty();
  }
}
