package dchat.sim;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A toy protocol to try the simulator with: five nodes tell each other rumours, on timers and by
 * chance, through the network and, each, a helper actor.
 */
final class Gossip {
  static final Duration INTERVAL = Duration.ofMillis(50);

  sealed interface Message {}

  record Rumour(String from, int number) implements Message {}

  private record Checked(Rumour rumour) implements Message {}

  private enum Tick implements Message {
    NOW
  }

  private final Simulation simulation;
  private final Network<Message> network;
  private final Set<Rumour> heard = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));

  private Gossip(Simulation simulation, Network<Message> network) {
    this.simulation = simulation;
    this.network = network;
  }

  static Gossip start(Simulation simulation, Network<Message> network) {
    Gossip gossip = new Gossip(simulation, network);
    for (String node : nodes()) {
      ActorRef<Message> actor = simulation.spawn(gossip.node(node), node);
      network.attach(node, actor::tell);
    }
    return gossip;
  }

  static Iterable<String> nodes() {
    return IntStream.rangeClosed(1, 5).mapToObj(n -> "n" + n).toList();
  }

  Set<Rumour> heard() {
    return heard;
  }

  private Behavior<Message> node(String name) {
    RandomGenerator random = simulation.random(name);
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerAtFixedRate(Tick.NOW, INTERVAL);
          return Behaviors.setup(
              context -> {
                ActorRef<Rumour> checker =
                    context.spawn(
                        Behaviors.receiveMessage(
                            rumour -> {
                              context.getSelf().tell(new Checked(rumour));
                              return Behaviors.same();
                            }),
                        "checker");
                return Behaviors.receiveMessage(
                    message -> {
                      switch (message) {
                        case Tick ignored ->
                            network.send(
                                name,
                                "n" + random.nextInt(1, 6),
                                new Rumour(name, random.nextInt(1000)));
                        case Rumour rumour -> checker.tell(rumour);
                        case Checked(var rumour) -> {
                          simulation.trace().line(() -> name + " heard " + rumour);
                          heard.add(rumour);
                        }
                      }
                      return Behaviors.same();
                    });
              });
        });
  }
}
