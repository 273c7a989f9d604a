package dchat.client.tui;

import dchat.client.api.ClusterClient;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a conversation needs to begin.
 *
 * @param name the reader's name; empty to ask for it
 * @param room where to begin; empty for {@code general}
 * @param names where a name that was asked for is kept
 * @param extras commands of the surrounding program
 * @param runExtra carries such a command out, and tells the reader through its second argument
 */
public record ChatSession(
    ClusterClient client,
    Optional<String> name,
    Optional<String> room,
    NameFile names,
    List<Model.ExtraCommand> extras,
    BiConsumer<Cmd.Extra, Consumer<Msg.Told>> runExtra) {

  public ChatSession {
    extras = List.copyOf(extras);
  }

  /** A conversation without commands of its own. */
  public static ChatSession of(
      ClusterClient client, Optional<String> name, Optional<String> room, NameFile names) {
    return new ChatSession(client, name, room, names, List.of(), (extra, tell) -> {});
  }

  Effects start(Consumer<Msg> post) {
    return new Effects(client, names, extra -> runExtra.accept(extra, post::accept), post);
  }
}
