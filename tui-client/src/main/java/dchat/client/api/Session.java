package dchat.client.api;

/**
 * Somebody who is signed in.
 *
 * @param token the secret that shows it; whoever has it is taken for them
 */
public record Session(String name, String token) {
  String authorization() {
    return "Bearer " + token;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Session[" + name + "]";
  }
}
