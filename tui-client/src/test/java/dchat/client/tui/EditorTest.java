package dchat.client.tui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EditorTest {
  private static Editor press(Editor editor, Key... keys) {
    Editor now = editor;
    for (Key key : keys) {
      now = EditKeys.press(now, key);
    }
    return now;
  }

  @Test
  void the_cursor_moves_over_whole_clusters() {
    Editor editor = Editor.of("a\ud83d\udc4d\ud83c\udffdb");
    assertThat(editor.cursor()).isEqualTo(3);
    assertThat(editor.left().backspace().text()).isEqualTo("ab");
  }

  @Test
  void a_mark_joins_the_letter_before_it() {
    Editor editor = Editor.of("e").insert("\u0301");
    assertThat(editor.text()).isEqualTo("\u00e9");
    assertThat(editor.cursor()).isEqualTo(1);
  }

  @Test
  void words_are_cut_and_pasted() {
    Editor editor = press(Editor.of("one two three"), Key.control('w'));
    assertThat(editor.text()).isEqualTo("one two ");
    editor = press(editor, Key.control('a'), Key.control('y'));
    assertThat(editor.text()).isEqualTo("threeone two ");
  }

  @Test
  void lines_are_cut_at_the_cursor() {
    Editor editor = press(Editor.of("one two"), Key.alt("b"), Key.control('k'));
    assertThat(editor.text()).isEqualTo("one ");
    assertThat(press(editor, Key.control('u')).text()).isEmpty();
    assertThat(press(editor, Key.control('u'), Key.control('y')).text()).isEqualTo("one ");
  }

  @Test
  void nothing_that_reaches_the_line_can_drive_the_terminal() {
    assertThat(Editor.of("a\u001b[2J\u202eb").text()).isEqualTo("a[2Jb");
  }
}
