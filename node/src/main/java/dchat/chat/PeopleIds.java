package dchat.chat;

/**
 * Under which ids requests of people are remembered as accepted. They hold a space, which the ids
 * of public events can't, so nobody's request can take the id of somebody else's.
 */
public final class PeopleIds {
  private PeopleIds() {}

  /** A registration. */
  public static String registration(String requestId) {
    return "register " + requestId;
  }

  /** A direct message. */
  public static String direct(long sender, String messageId) {
    return "dm " + sender + ' ' + messageId;
  }

  /** A change of a room's topic. */
  static String topic(long account, String requestId) {
    return "topic " + account + ' ' + requestId;
  }

  /** A change of an account's password. */
  public static String passwordChange(long account, String requestId) {
    return "password " + account + ' ' + requestId;
  }
}
