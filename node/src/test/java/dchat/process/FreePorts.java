package dchat.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports of loopback that nobody listens at. None is given twice, as tests that run at the same time
 * may take long until they use theirs.
 */
public final class FreePorts {

  /**
   * Below the range that outgoing connections take theirs from: a node's port has to be free again
   * when it is restarted.
   */
  private static final int FIRST = 15_000;

  private static final int COUNT = 15_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  public static int one() {
    return take(1).getFirst();
  }

  public static List<Integer> take(int count) {
    return IntStream.generate(() -> FIRST + NEXT.getAndIncrement() % COUNT)
        .filter(FreePorts::isFree)
        .limit(count)
        .boxed()
        .toList();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
