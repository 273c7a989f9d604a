package dchat.chat;

import java.util.Locale;
import java.util.Optional;

/**
 * A person with a registered name.
 *
 * @param id log index at which it was made
 * @param name as it was registered
 * @param createdAtMillis milliseconds since 1970 by the leader's clock, as all times here
 * @param passwordIndex log index at which the present password was set
 * @param failures wrong passwords in a row, on whatever node
 * @param lastFailureAtMillis when the last of them was given
 * @param session the one session, expired or not
 * @param ended the session before it
 */
public record Account(
    long id,
    String name,
    long createdAtMillis,
    long passwordIndex,
    int failures,
    long lastFailureAtMillis,
    Optional<Session> session,
    Optional<Session.Ended> ended) {

  static Account registered(long index, String name, long atMillis) {
    return new Account(index, name, atMillis, index, 0, 0, Optional.empty(), Optional.empty());
  }

  /** Names that differ in case only are one name: else people could pass for each other. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  String key() {
    return key(name);
  }

  /** Whether this is the session that counts, and hasn't expired by then. */
  public boolean isSeat(Seat seat, long atMillis) {
    return seat.account() == id
        && session.filter(s -> s.index() == seat.session() && s.livesAt(atMillis)).isPresent();
  }

  /** Signed in; who was before is not any more. */
  Account with(Session next) {
    return new Account(
        id,
        name,
        createdAtMillis,
        passwordIndex,
        0,
        0,
        Optional.of(next),
        session
            .map(s -> new Session.Ended(s.tokenHash(), s.index(), Session.End.SUPERSEDED))
            .or(() -> ended));
  }

  Account usedAt(long millis) {
    return new Account(
        id,
        name,
        createdAtMillis,
        passwordIndex,
        failures,
        lastFailureAtMillis,
        session.map(s -> s.usedAt(millis)),
        ended);
  }

  Account loggedOut() {
    return new Account(
        id,
        name,
        createdAtMillis,
        passwordIndex,
        failures,
        lastFailureAtMillis,
        Optional.empty(),
        session.map(s -> new Session.Ended(s.tokenHash(), s.index(), Session.End.LOGGED_OUT)));
  }

  Account withPasswordOf(long index) {
    return new Account(
        id, name, createdAtMillis, index, failures, lastFailureAtMillis, session, ended);
  }

  Account withFailures(int count, long atMillis) {
    return new Account(id, name, createdAtMillis, passwordIndex, count, atMillis, session, ended);
  }
}
