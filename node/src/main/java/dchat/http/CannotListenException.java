package dchat.http;

/** The address for clients can't be listened on. The message is one line for who started it. */
public final class CannotListenException extends RuntimeException {
  CannotListenException(String host, int port, Throwable cause) {
    super("can't listen for clients on %s:%d: %s".formatted(host, port, rootMessage(cause)), cause);
  }

  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
