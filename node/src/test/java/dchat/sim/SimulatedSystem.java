package dchat.sim;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.SerializationExtension;

/**
 * An actor system without threads and without time of its own, used for one {@link Simulation}
 * after another: starting a system costs far more than a whole short run.
 */
final class SimulatedSystem implements AutoCloseable {

  private static final String QUEUE_ONLY =
      """
      type = Dispatcher
      throughput = 1
      executor = "%s"
      """
          .formatted(QueueingExecutor.Configurator.class.getName());

  private final ActorSystem system;
  private final EventLoop loop;

  private SimulatedSystem(ActorSystem system) {
    this.system = system;
    this.loop = ((VirtualScheduler) system.scheduler()).loop();
  }

  static SimulatedSystem start() {
    return start(ConfigFactory.load());
  }

  /**
   * @param application what the nodes need; dispatchers and scheduler are replaced
   */
  static SimulatedSystem start(Config application) {
    Config config = ConfigFactory.parseString(overrides()).withFallback(application).resolve();
    SimulatedSystem world =
        new SimulatedSystem(
            ActorSystem.create("simulated", config, SimulatedSystem.class.getClassLoader()));
    SerializationExtension.get(world.system);
    world.loop.settle();
    return world;
  }

  ActorSystem pekko() {
    return system;
  }

  EventLoop loop() {
    return loop;
  }

  @Override
  public void close() {
    loop.settle();
    system.terminate();
    loop.settle();
    if (!system.whenTerminated().isCompleted()) {
      throw new IllegalStateException("the simulated actor system didn't end");
    }
  }

  private static String overrides() {
    return Stream.of(
                "pekko.actor.default-dispatcher",
                "pekko.actor.internal-dispatcher",
                "pekko.actor.default-blocking-io-dispatcher",
                "pekko.persistence.dispatchers.default-plugin-dispatcher",
                "pekko.persistence.dispatchers.default-replay-dispatcher",
                "pekko.persistence.dispatchers.default-stream-dispatcher",
                "dchat.raft.blocking-dispatcher")
            .map(id -> id + " {\n" + QUEUE_ONLY + "}\n")
            .collect(Collectors.joining())
        + """
        pekko {
          scheduler.implementation = "%s"
          actor.provider = local
          use-slf4j = off
          loggers = []
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = 0
          jvm-shutdown-hooks = off
          coordinated-shutdown.run-by-jvm-shutdown-hook = off
          coordinated-shutdown.run-by-actor-system-terminate = off
        }
        """
            .formatted(VirtualScheduler.class.getName());
  }
}
