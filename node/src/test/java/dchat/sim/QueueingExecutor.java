package dchat.sim;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.Mailbox;

/**
 * A dispatcher's executor without threads: it hands every task to the event loop. An actor's tasks
 * go to the lane of the node it belongs to, which its path tells, whatever its dispatcher.
 */
final class QueueingExecutor extends AbstractExecutorService {

  /** Called by Pekko, which finds the class by a dispatcher's {@code executor} setting. */
  public static final class Configurator extends ExecutorServiceConfigurator {
    private final EventLoop loop;

    public Configurator(Config config, DispatcherPrerequisites prerequisites) {
      super(config, prerequisites);
      loop = ((VirtualScheduler) prerequisites.scheduler()).loop();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(
        String dispatcherId, ThreadFactory threadFactory) {
      return new ExecutorServiceFactory() {
        @Override
        public ExecutorService createExecutorService() {
          return new QueueingExecutor(loop);
        }
      };
    }
  }

  private static final String SHARED_LANE = "shared";

  private final EventLoop loop;
  private boolean shutdown;

  private QueueingExecutor(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    loop.submit(loop.lane(laneOf(task)), task);
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }

  private static String laneOf(Runnable task) {
    return task instanceof Mailbox mailbox && mailbox.actor() != null
        ? laneOf(mailbox.actor().self().path())
        : SHARED_LANE;
  }

  /** The name of the actor's ancestor right below the guardian, up to the first dot. */
  private static String laneOf(ActorPath path) {
    ActorPath child = path;
    ActorPath parent = path.parent();
    while (parent.parent() != parent && parent.parent().parent() != parent.parent()) {
      child = parent;
      parent = parent.parent();
    }
    String name = child.name();
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
