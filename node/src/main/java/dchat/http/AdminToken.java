package dchat.http;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** What who changes the cluster has to know. It is in no log and no message. */
public final class AdminToken {
  private static final int SHORTEST = 16;
  private static final String KEY = "dchat.http.admin-token";

  private final String text;
  private final byte[] digest;

  private AdminToken(String text) {
    this.text = text;
    this.digest = digest(text);
  }

  /**
   * @param config the object at {@code dchat.http}
   * @return empty if there is none
   * @throws IllegalArgumentException if it can't be read, or is too easily guessed; the message is
   *     one line that names the key, and never the token
   */
  static Optional<AdminToken> from(Config config) {
    String own = config.getString("admin-token").strip();
    String file = config.getString("admin-token-file");
    if (!own.isEmpty() && !file.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s-file contradict each other: set one".formatted(KEY, KEY));
    }
    if (!file.isEmpty()) {
      return Optional.of(checked(read(file), KEY + "-file " + file));
    }
    return own.isEmpty() ? Optional.empty() : Optional.of(checked(own, KEY));
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("%s-file: can't read %s".formatted(KEY, file), e);
    }
  }

  private static AdminToken checked(String token, String where) {
    if (!token.matches("[!-~]{" + SHORTEST + ",512}")) {
      throw new IllegalArgumentException(
          where + " must be one line of 16 to 512 visible ASCII characters without spaces");
    }
    return new AdminToken(token);
  }

  /** Takes the same time whatever was given: digests are of one length, and compared to the end. */
  boolean matches(String given) {
    return MessageDigest.isEqual(digest, digest(given));
  }

  /** For asking another node. */
  public String text() {
    return text;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "AdminToken";
  }
}
