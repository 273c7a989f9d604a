package dchat.sim;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Asks actors and waits for their answers in virtual time. Pekko's own ask completes on a thread of
 * the common pool, which a simulated world must not have.
 */
final class Questions {
  private final Simulation simulation;
  private final String asker;
  private int asked;

  /**
   * @param asker whose questions they are, for their names
   */
  Questions(Simulation simulation, String asker) {
    this.simulation = simulation;
    this.asker = asker;
  }

  /**
   * Sends a message that holds a reference to reply to.
   *
   * @param onAnswer hears the answer within the step in which it arrives, or, at the timeout, that
   *     there was none
   */
  <Q, A> void ask(
      ActorRef<Q> actor,
      Function<ActorRef<A>, Q> question,
      Duration timeout,
      Consumer<Optional<A>> onAnswer) {
    Question<A> open = new Question<>(simulation, onAnswer);
    ActorRef<A> replyTo = simulation.spawn(open.behavior(), "ask." + asker + "-" + ++asked);
    open.actor = replyTo;
    simulation.after(timeout.toNanos(), () -> open.end(Optional.empty()));
    actor.tell(question.apply(replyTo));
  }

  /** Ends with the answer or with the time for it, whichever comes first. */
  private static final class Question<A> {
    private final Simulation simulation;
    private final Consumer<Optional<A>> onAnswer;
    private ActorRef<A> actor;
    private boolean ended;

    private Question(Simulation simulation, Consumer<Optional<A>> onAnswer) {
      this.simulation = simulation;
      this.onAnswer = onAnswer;
    }

    private Behavior<A> behavior() {
      return Behaviors.receiveMessage(
          answer -> {
            end(Optional.of(answer));
            return Behaviors.same();
          });
    }

    private void end(Optional<A> answer) {
      if (!ended) {
        ended = true;
        simulation.stop(actor);
        onAnswer.accept(answer);
      }
    }
  }
}
