package dchat.client.tui;

import dchat.client.api.Session;
import java.time.Instant;
import java.util.Optional;

/** In whose name the reader speaks, as far as the cluster agrees. */
sealed interface Identity {
  /** Under a name that anybody may use. */
  record Guest() implements Identity {}

  /**
   * Signed in.
   *
   * @param since when that began here
   */
  record Member(Session session, Instant since) implements Identity {}

  /** Nothing is sent until the reader signs in or takes another name; what is typed waits. */
  record Locked(Why why) implements Identity {}

  /** Why nothing is sent. */
  enum Why {
    TAKEN_OVER("SESSION TAKEN OVER", "another device signed in with your name"),
    ENDED("SESSION ENDED", "your session is over"),
    SIGNED_OUT("SIGNED OUT", "you signed out"),
    REGISTERED("NAME IS REGISTERED", "this name belongs to somebody who registered it"),
    REQUIRED("NOT SIGNED IN", "this cluster talks only to those who are signed in");

    private final String title;
    private final String words;

    Why(String title, String words) {
      this.title = title;
      this.words = words;
    }

    /** In the two or three words of a status line. */
    String title() {
      return title;
    }

    /** In a sentence without its end. */
    String words() {
      return words;
    }

    /** What the cluster's word for it is; empty for a word that says something else. */
    static Optional<Why> of(String code) {
      return switch (code) {
        case "session-superseded" -> Optional.of(TAKEN_OVER);
        case "session-ended" -> Optional.of(ENDED);
        case "name-registered" -> Optional.of(REGISTERED);
        case "sign-in-required" -> Optional.of(REQUIRED);
        default -> Optional.empty();
      };
    }
  }

  default boolean maySend() {
    return !(this instanceof Locked);
  }

  default Optional<Session> signedIn() {
    return this instanceof Member(Session session, Instant since)
        ? Optional.of(session)
        : Optional.empty();
  }

  default Optional<Why> locked() {
    return this instanceof Locked(Why why) ? Optional.of(why) : Optional.empty();
  }
}
