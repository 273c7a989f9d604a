package dchat.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses with the same beginning. */
final class Network {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private final byte[] address;
  private final int bits;

  private Network(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /**
   * @param text {@code 10.0.0.0/8}, {@code ::1}
   * @throws IllegalArgumentException if it is neither an address nor a network
   */
  static Network parse(String text) {
    String[] parts = text.strip().split("/", 2);
    Optional<InetAddress> address = address(parts[0]);
    int most = address.map(a -> a.getAddress().length * 8).orElse(0);
    int bits =
        parts.length == 1 ? most : parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : -1;
    if (address.isEmpty() || bits < 0 || bits > most) {
      throw new IllegalArgumentException(
          "'" + text + "' isn't an address or a network such as 10.0.0.0/8");
    }
    return new Network(address.get().getAddress(), bits);
  }

  /** An address as numbers; names aren't looked up. */
  static Optional<InetAddress> address(String text) {
    String bare = text.strip();
    if (!V4.matcher(bare).matches() && !V6.matcher(bare).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(bare));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  boolean contains(InetAddress other) {
    return contains(other.getAddress());
  }

  /** The same with an address as bytes, for whoever asks often. */
  boolean contains(byte[] its) {
    if (address.length != its.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
      if (((address[bit / 8] ^ its[bit / 8]) & mask & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }
}
