package dchat.client.tui;

/**
 * What a piece of the screen means; {@link Theme} decides how that looks. Everything a tone says is
 * also said in words or by a mark.
 */
public enum Tone {
  NORMAL('.'),
  QUIET('q'),
  PENDING('p'),
  GOOD('g'),
  WARNING('w'),
  ERROR('e'),
  NOTICE('n'),
  MENTION('m'),
  HEADING('h'),
  SELECTED('s'),
  OWN('o'),
  BAR('b'),
  BAR_WARNING('W'),
  BAR_ERROR('E'),
  NICK_0('0'),
  NICK_1('1'),
  NICK_2('2'),
  NICK_3('3'),
  NICK_4('4'),
  NICK_5('5');

  private static final Tone[] NICKS = {NICK_0, NICK_1, NICK_2, NICK_3, NICK_4, NICK_5};

  private final char letter;

  Tone(char letter) {
    this.letter = letter;
  }

  /** One letter for it, for tests that compare whole screens. */
  public char letter() {
    return letter;
  }

  /** The tone in which {@code user} is always written. */
  static Tone of(String user) {
    return NICKS[Math.floorMod(user.hashCode(), NICKS.length)];
  }
}
