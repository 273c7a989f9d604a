package dchat.storage;

/**
 * Why a node can't use its data. The message is one line for the person who started the node: what
 * is wrong, and with which file.
 */
public final class StorageException extends RuntimeException {
  StorageException(String line) {
    super(line);
  }

  StorageException(String line, Throwable cause) {
    super(line, cause);
  }

  /** The first line of what somebody else's exception says. */
  static String line(Exception e) {
    return String.valueOf(e.getMessage()).lines().filter(l -> !l.isBlank()).findFirst().orElse("");
  }
}
