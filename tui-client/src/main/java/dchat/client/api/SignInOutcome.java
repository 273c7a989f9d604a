package dchat.client.api;

/** How an attempt to sign in ended. */
public sealed interface SignInOutcome {
  record SignedIn(Session session) implements SignInOutcome {}

  /** Another device is signed in; only with {@code takeover} does its session end. */
  record Elsewhere() implements SignInOutcome {}

  /** The cluster refused: a wrong password, a name that is taken, too many attempts. */
  record Refused(String code, String detail) implements SignInOutcome {}

  /** Nobody could say; trying again is safe. */
  record Failed(String detail) implements SignInOutcome {}
}
