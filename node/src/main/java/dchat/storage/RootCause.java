package dchat.storage;

/** What is behind a failure that was passed on from one library to the next. */
public final class RootCause {
  private RootCause() {}

  /**
   * The deepest cause that says something: one without words, such as the end of a connection, says
   * less than who met it.
   */
  public static Throwable of(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause().getMessage() != null) {
      root = root.getCause();
    }
    return root;
  }
}
