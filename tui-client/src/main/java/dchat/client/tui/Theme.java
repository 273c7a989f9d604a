package dchat.client.tui;

import com.googlecode.lanterna.SGR;
import com.googlecode.lanterna.TextColor;
import com.googlecode.lanterna.TextColor.ANSI;
import java.util.List;
import java.util.Optional;

/**
 * How tones look: in those of the terminal's own sixteen colours that can be read on its
 * background, or without any.
 */
public enum Theme {
  /** For light letters on a dark background. */
  DARK,
  /** For dark letters on a light background. */
  LIGHT,
  /** Without colours. */
  NONE;

  /** Colours over the terminal's own background, and emphasis. */
  record Style(TextColor foreground, TextColor background, List<SGR> emphasis) {
    private static Style of(TextColor foreground, SGR... emphasis) {
      return new Style(foreground, ANSI.DEFAULT, List.of(emphasis));
    }
  }

  /** The theme the environment asks for (see no-color.org). */
  public static Theme fromEnvironment() {
    String noColor = System.getenv("NO_COLOR");
    if (noColor != null && !noColor.isEmpty()) {
      return NONE;
    }
    // What some terminals say of themselves: foreground;background.
    String colours = Optional.ofNullable(System.getenv("COLORFGBG")).orElse("");
    return colours.endsWith(";7") || colours.endsWith(";15") ? LIGHT : DARK;
  }

  Style style(Tone tone) {
    return switch (this) {
      case DARK -> coloured(tone);
      case LIGHT -> onLight(tone);
      case NONE -> plain(tone);
    };
  }

  /** Yellow and the bright colours can't be read on white. */
  private static Style onLight(Tone tone) {
    return switch (tone) {
      case WARNING -> Style.of(ANSI.RED);
      case ERROR -> Style.of(ANSI.RED, SGR.BOLD);
      case NOTICE -> Style.of(ANSI.BLUE);
      case NICK_3 -> Style.of(ANSI.BLUE);
      case NICK_4 -> Style.of(ANSI.RED);
      case NICK_5 -> Style.of(ANSI.BLUE, SGR.BOLD);
      default -> coloured(tone);
    };
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
