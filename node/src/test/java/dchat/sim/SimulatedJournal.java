package dchat.sim;

import dchat.raft.Journal;
import dchat.raft.JournalEvent;
import dchat.raft.JournalReplay;
import dchat.raft.Membership;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A {@link Journal} on a simulated {@link Disk}: the same protocol and the same promises, with
 * whatever latency and failures the disk has. It stops after a failed write, as the real one does.
 */
final class SimulatedJournal {
  private sealed interface News {}

  private record Read() implements News {}

  private record Written(long number) implements News {}

  private record Failed(long number) implements News {}

  private SimulatedJournal() {}

  /**
   * @param stored what becomes of an event on its way to the disk: the same object, or one that
   *     went through the serializer
   */
  static Behavior<Journal.Command> create(
      Simulation simulation,
      Disk<JournalEvent> disk,
      Membership bootstrap,
      UnaryOperator<JournalEvent> stored,
      ActorRef<Journal.Reply> replyTo) {
    Disk<JournalEvent>.Handle handle = disk.open();
    return Behaviors.setup(
            (org.apache.pekko.actor.typed.javadsl.ActorContext<Object> context) -> {
              ActorRef<Object> self = context.getSelf();
              simulation.after(disk.drawReadNanos(), () -> self.tell(new Read()));
              return Behaviors.receive(Object.class)
                  .onMessage(
                      Read.class,
                      read -> {
                        replyTo.tell(JournalReplay.recovered(bootstrap, disk.stored()));
                        return Behaviors.same();
                      })
                  .onMessage(
                      Journal.Write.class,
                      write -> {
                        List<JournalEvent> events = write.events().stream().map(stored).toList();
                        handle.write(events, new Teller(self, write.number()));
                        return Behaviors.same();
                      })
                  .onMessage(
                      Written.class,
                      written -> {
                        replyTo.tell(new Journal.Durable(written.number()));
                        return Behaviors.same();
                      })
                  .onMessage(
                      Failed.class,
                      failed -> {
                        throw new DiskFailure("write " + failed.number() + " failed");
                      })
                  .build();
            })
        .narrow();
  }

  /** What a write ends with when the disk doesn't do it. */
  static final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DiskFailure(String message) {
      super(message);
    }
  }

  private record Teller(ActorRef<Object> journal, long number) implements Disk.Writer {
    @Override
    public void written() {
      journal.tell(new Written(number));
    }

    @Override
    public void failed() {
      journal.tell(new Failed(number));
    }
  }
}
