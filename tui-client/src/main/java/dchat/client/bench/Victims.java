package dchat.client.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Nodes that may be killed to see what happens. */
@FunctionalInterface
public interface Victims {
  /** One node. */
  interface Victim {
    /** Ends its process as a power cut would. */
    void kill() throws InterruptedException;

    /** Starts it again, and waits until it is ready and has caught up. */
    void revive() throws IOException, InterruptedException;
  }

  /** The node at that address, if it may be killed. */
  Optional<Victim> at(URI url);

  /** For clusters that are to be left in peace. */
  static Victims none() {
    return url -> Optional.empty();
  }
}
