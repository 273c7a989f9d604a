package dchat.client.tui;

import java.util.Optional;

/** The commands that change the reader's settings. */
final class Preferences {
  private Preferences() {}

  /** {@code /notify}. */
  static Step bell(Model model, String word) {
    Settings settings = model.ui().settings();
    Optional<Settings.Ringing> value = Settings.value(Settings.Ringing.class, word);
    return value
        .map(v -> use(model, settings.ringing(v)))
        .orElseGet(
            () ->
                which(model, "notify", settings.ringing(), Settings.words(Settings.Ringing.class)));
  }

  /** {@code /theme}. */
  static Step theme(Model model, String word) {
    Settings settings = model.ui().settings();
    Optional<Theme> value = Settings.value(Theme.class, word);
    return value
        .map(v -> use(model, settings.theme(v)))
        .orElseGet(() -> which(model, "theme", settings.theme(), Settings.words(Theme.class)));
  }

  /** {@code /set}. */
  static Step set(Model model, String argument) {
    String[] parts = argument.split("[\\s=]+", 2);
    String word = parts.length > 1 ? parts[1] : "";
    return switch (parts[0]) {
      case "notify" -> bell(model, word);
      case "theme" -> theme(model, word);
      case "" -> bell(model, "").then(m -> theme(m, ""));
      default ->
          Step.of(model.note(Line.Kind.ERROR, "there is no setting " + parts[0] + "; /set lists"));
    };
  }

  private static Step which(Model model, String name, Enum<?> now, String all) {
    return Step.of(
        model.note(Line.Kind.NOTE, name + " is " + Settings.word(now) + "; it can be " + all));
  }

  private static Step use(Model model, Settings settings) {
    Model with = model.ui(model.ui().settings(settings));
    return Step.of(
        with.note(
            Line.Kind.NOTE,
            "theme "
                + Settings.word(settings.theme())
                + ", notify "
                + Settings.word(settings.ringing())),
        new Cmd.KeepSettings(settings),
        new Cmd.Redraw());
  }
}
