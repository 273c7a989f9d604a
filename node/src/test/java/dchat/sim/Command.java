package dchat.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client's command: an id, unique in its run, and filling. */
final class Command {
  private Command() {}

  static byte[] encode(String id, int fillingBytes) {
    byte[] name = (id + "\n").getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(name, name.length + fillingBytes);
  }

  static String id(byte[] command) {
    int end = 0;
    while (command[end] != '\n') {
      end++;
    }
    return new String(command, 0, end, StandardCharsets.UTF_8);
  }
}
