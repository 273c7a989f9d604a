package dchat.tls;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a node's keys are, all in PEM.
 *
 * @param certificate its own, followed by those between it and the CA's, if there are any
 * @param key of the certificate: PKCS#8, not encrypted
 * @param ca who signs the certificates of others; empty for whom the JDK trusts
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> ca) {

  /** What was in the files at one moment; two are equal if nothing has changed. */
  record Contents(String certificate, String key, Optional<String> ca) {}

  /**
   * @param config the object at {@code path}, with {@code enabled}, {@code certificate}, {@code
   *     key} and {@code ca}
   * @return empty if TLS is off
   * @throws IllegalArgumentException if a file isn't named, or is for nothing; the message is one
   *     line that names the key
   */
  public static Optional<TlsFiles> from(Config config, String path, boolean needsCa) {
    Optional<Path> certificate = path(config, path, "certificate");
    Optional<Path> key = path(config, path, "key");
    Optional<Path> ca = path(config, path, "ca");
    if (!config.getBoolean("enabled")) {
      // Whoever names a certificate and gets no encryption should hear of it.
      if (Stream.of(certificate, key).anyMatch(Optional::isPresent)) {
        throw new IllegalArgumentException(
            path + ".enabled is off, but there is a " + path + ".certificate or key");
      }
      return Optional.empty();
    }
    return Optional.of(
        new TlsFiles(
            required(certificate, path + ".certificate"),
            required(key, path + ".key"),
            needsCa ? Optional.of(required(ca, path + ".ca")) : ca));
  }

  private static Path required(Optional<Path> file, String key) {
    return file.orElseThrow(
        () -> new IllegalArgumentException(key + " has to be the path of a PEM file"));
  }

  private static Optional<Path> path(Config config, String path, String key) {
    String text = config.getString(key);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(path + "." + key + ": '" + text + "' isn't a path", e);
    }
  }

  /**
   * @throws TlsException if one of them can't be read
   */
  Contents read() {
    return new Contents(read(certificate), read(key), ca.map(TlsFiles::read));
  }

  static String read(Path file) {
    try {
      // Whatever surrounds the PEM blocks doesn't matter, so any encoding will do.
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new TlsException(
          "can't read "
              + file
              + (Files.exists(file) ? ": " + e.getClass().getSimpleName() : ": no such file"),
          e);
    }
  }
}
