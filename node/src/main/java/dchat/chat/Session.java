package dchat.chat;

/**
 * A signed-in person's session. The token itself is known to its holder only.
 *
 * @param tokenHash SHA-256 of the token in hexadecimal digits
 * @param index log index at which it began
 * @param requestId of the request that began it
 * @param createdAtMillis milliseconds since 1970 by the leader's clock, as all times here
 * @param usedAtMillis when it was last used, give or take a sixteenth of {@code idleMillis}
 * @param idleMillis how long it lives without use
 * @param totalMillis how long it lives at most
 */
public record Session(
    String tokenHash,
    long index,
    String requestId,
    long createdAtMillis,
    long usedAtMillis,
    long idleMillis,
    long totalMillis) {

  private static final int USES_NOTED_PER_IDLE_TIME = 16;

  /** How a session ended before its time. Names are part of the API and of the stored format. */
  public enum End {
    /** Another device took over. */
    SUPERSEDED("session-superseded"),
    LOGGED_OUT("session-ended");

    private final String code;

    End(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }

    static End ofCode(String code) {
      return code.equals(SUPERSEDED.code) ? SUPERSEDED : LOGGED_OUT;
    }
  }

  /** A session that ended, and how. */
  public record Ended(String tokenHash, long index, End how) {}

  /** Whether it hasn't expired by then. */
  public boolean livesAt(long millis) {
    return millis - createdAtMillis < totalMillis && millis - usedAtMillis < idleMillis;
  }

  /** When it ends even if it is used all the time. */
  public long endsAtMillis() {
    return createdAtMillis + totalMillis;
  }

  /** Whether a use at this time is worth a write. */
  public boolean isWorthNoting(long atMillis) {
    return atMillis - usedAtMillis >= idleMillis / USES_NOTED_PER_IDLE_TIME;
  }

  Session usedAt(long millis) {
    return new Session(
        tokenHash, index, requestId, createdAtMillis, millis, idleMillis, totalMillis);
  }
}
