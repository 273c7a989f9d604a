package dchat.client.tui;

import java.util.List;
import java.util.function.Consumer;

/** The program a chat runs in, as far as it adds something to the chat. */
public interface Host {
  /** A program that adds nothing. */
  Host NONE =
      new Host() {
        @Override
        public List<Model.ExtraCommand> commands() {
          return List.of();
        }

        @Override
        public void begin(Consumer<Msg.Told> tell) {}

        @Override
        public void run(Cmd.Extra command) {}
      };

  /** Slash commands of its own. */
  List<Model.ExtraCommand> commands();

  /** The chat begins; whatever is given to {@code tell} from now on is shown to the reader. */
  void begin(Consumer<Msg.Told> tell);

  /** Carries out one of its commands; may take its time. */
  void run(Cmd.Extra command);
}
