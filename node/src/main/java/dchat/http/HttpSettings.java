package dchat.http;

import com.typesafe.config.Config;
import dchat.chat.EventFeed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys under {@code dchat.http}; {@code reference.conf} says what each is for.
 *
 * @param port 0 for any free one
 * @param publicHost {@code host} or {@code host:port} that redirects lead to instead of the leader
 * @param maxTextLength in Unicode characters
 * @param readyMaxLag in log entries
 */
public record HttpSettings(
    String host,
    int port,
    boolean forward,
    int redirectStatus,
    Optional<String> publicHost,
    String publicScheme,
    int maxTextLength,
    int maxRequestBytes,
    Duration bodyTimeout,
    Duration proposeTimeout,
    Duration readTimeout,
    Optional<AdminToken> adminToken,
    boolean adminFromAnywhere,
    List<Network> trustedProxies,
    RequestLimits.Rate limits,
    long readyMaxLag,
    Duration liveWithin,
    int maxConnections,
    Events events) {

  /** In UTF-8 still well below what one message between replicas may have. */
  private static final int MAX_TEXT_LENGTH = 16_384;

  /**
   * The keys under {@code dchat.http.events}.
   *
   * @param heartbeatInterval time between two {@code cluster} events if nothing changes
   * @param stallTimeout how long a reader may take nothing before its stream is ended
   * @param feed bounds of the memory that all streams share
   */
  public record Events(
      Duration heartbeatInterval,
      Duration stallTimeout,
      int snapshotLines,
      int snapshotLinesPerRoom,
      EventFeed.Limits feed) {}

  /**
   * @param config the object at {@code dchat.http}
   * @throws IllegalArgumentException if a value isn't possible; the message is one line that names
   *     the key. Missing keys and wrong types are told by {@link Config} in its own words
   */
  public static HttpSettings from(Config config) {
    Config events = config.getConfig("events");
    return new HttpSettings(
        config.getString("host"),
        range(config, "port", 0, 65_535),
        oneOf(config, "not-leader", Set.of("redirect", "forward")).equals("forward"),
        Integer.parseInt(oneOf(config, "redirect-status", Set.of("302", "307"))),
        publicHost(config),
        oneOf(config, "public-scheme", Set.of("http", "https")),
        range(config, "max-text-length", 1, MAX_TEXT_LENGTH),
        Math.toIntExact(config.getMemorySize("max-request-size").toBytes()),
        config.getDuration("body-timeout"),
        config.getDuration("propose-timeout"),
        config.getDuration("read-timeout"),
        AdminToken.from(config),
        oneOf(config, "admin-from", Set.of("this-machine", "anywhere")).equals("anywhere"),
        networks(config, "trusted-proxies"),
        new RequestLimits.Rate(
            range(config, "limits.requests-per-second", 0, 1_000_000),
            range(config, "limits.requests-at-once", 1, 1_000_000),
            networks(config, "limits.exempt")),
        config.getLong("ready-max-lag"),
        config.getDuration("live-within"),
        range(config, "max-connections", 1, 1_000_000),
        new Events(
            heartbeat(events),
            events.getDuration("stall-timeout"),
            range(events, "snapshot-lines", 0, 10_000),
            range(events, "snapshot-lines-per-room", 0, 10_000),
            new EventFeed.Limits(
                range(events, "ring-events", 1, 10_000_000),
                range(events, "ring-characters", 1, 1_000_000_000),
                range(events, "batch-characters", 1, 10_000_000))));
  }

  private static List<Network> networks(Config config, String key) {
    try {
      return config.getStringList(key).stream().map(Network::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("dchat.http." + key + ": " + e.getMessage(), e);
    }
  }

  private static Duration heartbeat(Config events) {
    Duration interval = events.getDuration("heartbeat-interval");
    if (interval.toMillis() < 100 || interval.toMillis() > 10_000) {
      throw new IllegalArgumentException(
          "dchat.http.events.heartbeat-interval must be 100 ms to 10 s, not "
              + interval.toMillis()
              + " ms");
    }
    return interval;
  }

  private static Optional<String> publicHost(Config config) {
    String host = config.getString("public-host");
    if (host.isEmpty()) {
      return Optional.empty();
    }
    if (!host.matches("[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?")) {
      throw new IllegalArgumentException(
          "dchat.http.public-host must be a host or host:port without scheme and path, not '"
              + host
              + "'");
    }
    return Optional.of(host);
  }

  private static int range(Config config, String key, int min, int max) {
    int value = config.getInt(key);
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(path(config, key), min, max, value));
    }
    return value;
  }

  private static String oneOf(Config config, String key, Set<String> allowed) {
    String value = config.getString(key);
    if (!allowed.contains(value)) {
      throw new IllegalArgumentException(
          "%s must be one of %s, not '%s'"
              .formatted(
                  path(config, key), String.join(", ", allowed.stream().sorted().toList()), value));
    }
    return value;
  }

  private static String path(Config config, String key) {
    return "dchat.http." + (config.hasPath("ring-events") ? "events." : "") + key;
  }
}
