package dchat.raft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A journal whose disk is a list that outlives the actor. */
final class MemoryJournal {
  private final List<JournalEvent> disk = Collections.synchronizedList(new ArrayList<>());

  Behavior<Journal.Command> behavior(Membership bootstrap, ActorRef<Journal.Reply> replyTo) {
    return Behaviors.setup(
        context -> {
          Journal.State state = new Journal.State(bootstrap);
          List.copyOf(disk).forEach(state::apply);
          replyTo.tell(state.recovered());
          return Behaviors.receiveMessage(
              command -> {
                switch (command) {
                  case Journal.Write(var number, var events) -> {
                    disk.addAll(events);
                    replyTo.tell(new Journal.Durable(number));
                  }
                }
                return Behaviors.same();
              });
        });
  }
}
