package dchat.client.tui;

/** The keys that edit a line; any other key leaves it as it is. */
final class EditKeys {
  private EditKeys() {}

  static Editor press(Editor editor, Key key) {
    if (key.control()) {
      return control(editor, key);
    }
    if (key.alt()) {
      return alt(editor, key);
    }
    return switch (key.name()) {
      case CHAR -> editor.insert(key.text());
      case BACKSPACE -> editor.backspace();
      case DELETE -> editor.delete();
      case LEFT -> editor.left();
      case RIGHT -> editor.right();
      case HOME -> editor.home();
      case END -> editor.end();
      default -> editor;
    };
  }

  private static Editor control(Editor editor, Key key) {
    return switch (key.name()) {
      case LEFT -> editor.wordLeft();
      case RIGHT -> editor.wordRight();
      case CHAR ->
          switch (key.text()) {
            case "a" -> editor.home();
            case "e" -> editor.end();
            case "b" -> editor.left();
            case "f" -> editor.right();
            case "d" -> editor.delete();
            case "w" -> editor.cutWord();
            case "u" -> editor.cutToStart();
            case "k" -> editor.cutToEnd();
            case "y" -> editor.paste();
            default -> editor;
          };
      default -> editor;
    };
  }

  private static Editor alt(Editor editor, Key key) {
    return switch (key.name()) {
      case BACKSPACE -> editor.cutWord();
      case LEFT -> editor.wordLeft();
      case RIGHT -> editor.wordRight();
      case CHAR ->
          switch (key.text()) {
            case "b" -> editor.wordLeft();
            case "f" -> editor.wordRight();
            default -> editor;
          };
      default -> editor;
    };
  }
}
