package dchat.node;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address as people write it. IPv6 addresses are reached by a host name.
 *
 * @param host name or IPv4 address, not resolved
 * @param port 1 to 65535
 */
record HostPort(String host, int port) {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(" + HOST.pattern() + "):([0-9]{1,5})");
  private static final Set<String> EVERY_INTERFACE = Set.of("0.0.0.0");

  /**
   * @throws IllegalArgumentException if one of them can't be
   */
  HostPort {
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + host + "' isn't a host name or IPv4 address");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " isn't between 1 and 65535");
    }
  }

  /**
   * @throws IllegalArgumentException if {@code text} isn't {@code host:port}
   */
  static HostPort parse(String text) {
    Matcher matcher = HOST_AND_PORT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' isn't host:port");
    }
    return new HostPort(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** Whether one can listen there but nobody can be told to connect there. */
  boolean isEveryInterface() {
    return EVERY_INTERFACE.contains(host);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
