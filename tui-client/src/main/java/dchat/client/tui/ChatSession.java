package dchat.client.tui;

import dchat.client.api.ClusterClient;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a conversation needs to begin.
 *
 * @param name the reader's name; empty to ask for it
 * @param room where to begin; empty for {@code general}
 * @param names where a name that was asked for is kept
 * @param outbox where lines wait that aren't committed; empty if they go with this program
 * @param host the program around it
 */
public record ChatSession(
    ClusterClient client,
    Optional<String> name,
    Optional<String> room,
    NameFile names,
    Optional<OutboxFolder> outbox,
    Host host) {

  Model model(Optional<String> me, int columns, int rows) {
    return Model.start(me, room, host.commands(), columns, rows, Instant.now());
  }

  Effects start(Consumer<Msg> post) {
    host.begin(post::accept);
    return new Effects(client, names, outbox, host, post);
  }
}
