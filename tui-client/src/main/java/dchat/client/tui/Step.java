package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The model after a message, and what is to be done because of it. */
public record Step(Model model, List<Cmd> commands) {
  public Step {
    commands = List.copyOf(commands);
  }

  static Step of(Model model, Cmd... commands) {
    return new Step(model, List.of(commands));
  }

  /** This, and then what {@code next} makes of the model. */
  Step then(Function<Model, Step> next) {
    Step after = next.apply(model);
    List<Cmd> all = new ArrayList<>(commands);
    all.addAll(after.commands);
    return new Step(after.model, all);
  }
}
