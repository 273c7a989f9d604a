package dchat.client.tui;

import com.googlecode.lanterna.SGR;
import com.googlecode.lanterna.TextColor;
import com.googlecode.lanterna.TextColor.ANSI;
import java.util.List;

/** How tones look: in the terminal's own sixteen colours, or without any. */
public enum Theme {
  COLOURS,
  NO_COLOUR;

  /** Colours over the terminal's own background, and emphasis. */
  record Style(TextColor foreground, TextColor background, List<SGR> emphasis) {
    private static Style of(TextColor foreground, SGR... emphasis) {
      return new Style(foreground, ANSI.DEFAULT, List.of(emphasis));
    }
  }

  /** The theme the environment asks for (see no-color.org). */
  public static Theme fromEnvironment() {
    String noColor = System.getenv("NO_COLOR");
    return noColor == null || noColor.isEmpty() ? COLOURS : NO_COLOUR;
  }

  Style style(Tone tone) {
    return this == COLOURS ? coloured(tone) : plain(tone);
  }

  private static Style coloured(Tone tone) {
    return switch (tone) {
      case NORMAL -> Style.of(ANSI.DEFAULT);
      case QUIET, PENDING -> Style.of(ANSI.BLACK_BRIGHT);
      case GOOD -> Style.of(ANSI.GREEN);
      case WARNING -> Style.of(ANSI.YELLOW);
      case ERROR -> Style.of(ANSI.RED);
      case NOTICE -> Style.of(ANSI.CYAN);
      case MENTION -> Style.of(ANSI.MAGENTA, SGR.BOLD);
      case HEADING, OWN -> Style.of(ANSI.DEFAULT, SGR.BOLD);
      case SELECTED, BAR -> Style.of(ANSI.DEFAULT, SGR.REVERSE);
      case BAR_WARNING -> new Style(ANSI.BLACK, ANSI.YELLOW, List.of());
      case BAR_ERROR -> new Style(ANSI.WHITE_BRIGHT, ANSI.RED, List.of(SGR.BOLD));
      case NICK_0 -> Style.of(ANSI.GREEN);
      case NICK_1 -> Style.of(ANSI.CYAN);
      case NICK_2 -> Style.of(ANSI.MAGENTA);
      case NICK_3 -> Style.of(ANSI.BLUE_BRIGHT);
      case NICK_4 -> Style.of(ANSI.YELLOW);
      case NICK_5 -> Style.of(ANSI.CYAN_BRIGHT);
    };
  }

  private static Style plain(Tone tone) {
    return switch (tone) {
      case MENTION, HEADING, OWN, WARNING, ERROR -> Style.of(ANSI.DEFAULT, SGR.BOLD);
      case SELECTED, BAR -> Style.of(ANSI.DEFAULT, SGR.REVERSE);
      case BAR_WARNING, BAR_ERROR -> Style.of(ANSI.DEFAULT, SGR.REVERSE, SGR.BOLD);
      default -> Style.of(ANSI.DEFAULT);
    };
  }
}
