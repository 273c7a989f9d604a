package dchat.chat;

/** What became of a committed {@link ChatCommand}; the same on every replica. */
public sealed interface ChatResult {

  /**
   * It took effect.
   *
   * @param index log index at which it took effect: the first one, if it was sent again
   * @param replayed whether this was a repetition, without an effect of its own
   */
  record Accepted(long index, boolean replayed) implements ChatResult {}

  /** It had no effect, and its id is still free. */
  record Rejected(Reason reason) implements ChatResult {}

  /** Why a command was rejected. Codes are part of the API and of the stored format. */
  enum Reason {
    UNKNOWN_ROOM("unknown-room"),
    ROOM_EXISTS("room-exists"),
    /** {@code general} can't be deleted. */
    ROOM_PROTECTED("room-protected"),
    /** An accepted command with other content has the same id. */
    ID_REUSED("id-reused"),
    /** Somebody has an account of this name; only its holder may speak under it. */
    NAME_REGISTERED("name-registered"),
    NAME_TAKEN("name-taken"),
    /** The password was changed, or the account deleted, after it was checked. */
    BAD_CREDENTIALS("bad-credentials"),
    ALREADY_LOGGED_IN("already-logged-in"),
    /** The session was ended, superseded or has expired, or its account is gone. */
    SESSION_ENDED("session-ended"),
    UNKNOWN_ACCOUNT("unknown-account"),
    UNKNOWN_MESSAGE("unknown-message"),
    /** Somebody else's message. */
    NOT_YOURS("not-yours"),
    /** Not a command this version understands. */
    MALFORMED("malformed-command");

    private final String code;

    Reason(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }
}
