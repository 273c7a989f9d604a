package dchat.tls;

/** Keys and certificates that can't be used, and why, in one line that names the file. */
public final class TlsException extends RuntimeException {
  TlsException(String line) {
    super(line);
  }

  TlsException(String line, Throwable cause) {
    super(line, cause);
  }
}
