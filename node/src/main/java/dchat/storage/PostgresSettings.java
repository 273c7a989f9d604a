package dchat.storage;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * Which database of which PostgreSQL server is a node's, and how to get in.
 *
 * @param port 1 to 65535
 * @param password empty where the server asks for none
 * @param ca PEM file with whose certificates the server's is checked, its name too; empty for no
 *     encryption
 */
public record PostgresSettings(
    String host,
    int port,
    String database,
    String user,
    Optional<String> password,
    Optional<Path> ca) {
  private static final String KEY = "dchat.storage.postgres";
  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(2);

  /**
   * @param config the object at {@code dchat.storage.postgres}
   * @param nodeId names the database, unless it has a name of its own
   * @throws IllegalArgumentException if something is missing or contradicts itself; the message is
   *     one line that names the key, and never the password
   */
  public static PostgresSettings from(Config config, String nodeId) {
    int port = config.getInt("port");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(KEY + ".port: " + port + " isn't 1 to 65535");
    }
    String database = config.getString("database");
    return new PostgresSettings(
        required(config, "host"),
        port,
        database.isEmpty() ? "dchat_" + nodeId : database,
        required(config, "user"),
        password(config),
        ca(config));
  }

  private static String required(Config config, String key) {
    String text = config.getString(key);
    if (text.isBlank()) {
      throw new IllegalArgumentException(KEY + "." + key + " is empty");
    }
    return text;
  }

  private static Optional<String> password(Config config) {
    String own = config.getString("password");
    String file = config.getString("password-file");
    if (!own.isEmpty() && !file.isEmpty()) {
      throw new IllegalArgumentException(
          "%s.password and password-file contradict each other: set one".formatted(KEY));
    }
    if (file.isEmpty()) {
      return own.isEmpty() ? Optional.empty() : Optional.of(own);
    }
    try {
      return Optional.of(Files.readString(Path.of(file)).strip());
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(KEY + ".password-file: can't read " + file, e);
    }
  }

  private static Optional<Path> ca(Config config) {
    String file = config.getString("ca");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(file).toAbsolutePath();
      if (Files.isReadable(path)) {
        return Optional.of(path);
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw new IllegalArgumentException(KEY + ".ca: can't read " + file);
  }

  /**
   * For {@link PostgresDriver}.
   *
   * @param schema where tables without one are
   * @param options of the session, as {@code -c name=value}
   * @param answersWithin how long one statement may take before its connection counts as lost
   */
  String jdbcUrl(String schema, String options, Duration answersWithin) {
    return "jdbc:postgresql://%s:%d/%s?currentSchema=%s&options=%s&connectTimeout=%d"
            .formatted(
                host.contains(":") ? "[" + host + "]" : host,
                port,
                encoded(database),
                schema,
                encoded(options),
                CONNECTS_WITHIN.toSeconds())
        + "&socketTimeout=%d&tcpKeepAlive=true&ApplicationName=dchat"
            .formatted(answersWithin.toSeconds())
        // A result comes in pieces: a snapshot reads all there is.
        + "&defaultRowFetchSize=500"
        + ca.map(file -> "&sslmode=verify-full&sslrootcert=" + encoded(file.toString()))
            .orElse("&sslmode=disable");
  }

  Properties credentials() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    password.ifPresent(secret -> properties.setProperty("password", secret));
    return properties;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "PostgreSQL database %s at %s:%d".formatted(database, host, port);
  }
}
