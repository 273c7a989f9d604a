package dchat.client.cli;

/** What the exit codes of {@code dchat} mean, the same for all its commands. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;

  /** The command line itself was wrong; picocli's own choice. */
  static final int USAGE = 2;

  /** It may or may not have been committed. */
  static final int UNKNOWN = 3;

  static final int REJECTED = 4;

  /** No leader, or no node at all; nothing was executed. */
  static final int NO_LEADER = 5;

  private ExitCode() {}
}
