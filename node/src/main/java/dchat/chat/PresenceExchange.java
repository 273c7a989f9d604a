package dchat.chat;

import dchat.raft.Member;
import dchat.raft.RaftStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Tells the members of the cluster who is connected to this node, again and again, and hears the
 * same of them: what a node last said holds until it says something else or falls silent. Lives at
 * {@code /user/presence}.
 *
 * <p>Not Pekko's Distributed Data, whose replicas are the members of a Pekko Cluster: that admits
 * nobody while any member is unreachable and nothing is downed, and needs a first seed that is up,
 * where the members of consensus come and go by rules of their own. Whole sets that replace each
 * other need no merging.
 */
public final class PresenceExchange extends AbstractMatchingBehavior<PresenceExchange.Command> {
  /** Where it lives below the guardian. */
  public static final String NAME = "presence";

  private static final Duration TELL_EVERY = Duration.ofSeconds(1);
  private static final Duration SILENT_FOR = Duration.ofSeconds(6);

  /** Everything it understands. */
  public sealed interface Command {}

  /**
   * Who is connected to a node; travels between nodes.
   *
   * @param cluster name of the cluster; another cluster's is dropped
   * @param node id of who says it
   */
  public record Here(String cluster, String node, List<Long> accounts) implements Command {}

  private enum Tick implements Command {
    TELL
  }

  private final String cluster;
  private final Supplier<RaftStatus> status;
  private final Presence presence;
  private final ActorRefResolver resolver;
  private final Map<String, Long> heardAtNanos = new HashMap<>();

  public static Behavior<Command> create(
      String cluster, Supplier<RaftStatus> status, Presence presence) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.TELL, TELL_EVERY);
                  return new PresenceExchange(context, cluster, status, presence);
                }));
  }

  private PresenceExchange(
      ActorContext<Command> context,
      String cluster,
      Supplier<RaftStatus> status,
      Presence presence) {
    super(context);
    this.cluster = cluster;
    this.status = status;
    this.presence = presence;
    resolver = ActorRefResolver.get(context.getSystem());
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Here here -> onHere(here);
      case Tick.TELL -> {
        tellOthers();
        forgetSilent();
      }
    }
    return this;
  }

  private void onHere(Here here) {
    if (here.cluster().equals(cluster)) {
      heardAtNanos.put(here.node(), System.nanoTime());
      presence.setElsewhere(here.node(), new HashSet<>(here.accounts()));
    }
  }

  private void tellOthers() {
    RaftStatus now = status.get();
    var here =
        new Here(
            cluster,
            now.self().value(),
            presence.connectedHere().stream().limit(Presence.MAX_TOLD).toList());
    for (Member member : now.membership().members()) {
      if (!member.id().equals(now.self())) {
        peer(member.raftAddress()).tell(here);
      }
    }
  }

  private void forgetSilent() {
    long now = System.nanoTime();
    Set<String> silent = new HashSet<>();
    heardAtNanos.forEach(
        (node, at) -> {
          if (now - at > SILENT_FOR.toNanos()) {
            silent.add(node);
          }
        });
    silent.forEach(
        node -> {
          heardAtNanos.remove(node);
          presence.forget(node);
        });
  }

  private ActorRef<Command> peer(String address) {
    return resolver.resolveActorRef(
        "pekko://%s@%s/user/%s".formatted(getContext().getSystem().name(), address, NAME));
  }
}
