package dchat.node;

/**
 * Why a node can't start, in one line for the person who started it. Nothing has been changed when
 * it is thrown.
 */
sealed class StartException extends RuntimeException {
  StartException(String line) {
    super(line);
  }

  StartException(String line, Throwable cause) {
    super(line, cause);
  }

  /** The configuration is wrong or contradicts itself: the same start will fail again. */
  static final class BadSettings extends StartException {
    BadSettings(String line) {
      super(line);
    }

    BadSettings(String line, Throwable cause) {
      super(line, cause);
    }
  }

  /** Something outside is in the way, such as a busy port. */
  static final class InTheWay extends StartException {
    InTheWay(String line) {
      super(line);
    }

    InTheWay(String line, Throwable cause) {
      super(line, cause);
    }
  }
}
