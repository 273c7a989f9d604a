package dchat.client.tui;

import dchat.client.api.ClusterClient;
import dchat.client.api.Session;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a conversation needs to begin.
 *
 * @param name the reader's name; empty to ask for it
 * @param room where to begin; empty for {@code general}
 * @param names where a name that was asked for is kept
 * @param sessions where it is kept who is signed in; empty if that goes with this program
 * @param settings where the reader's settings are kept
 * @param outbox where lines wait that aren't committed; empty if they go with this program
 * @param host the program around it
 */
public record ChatSession(
    ClusterClient client,
    Optional<String> name,
    Optional<String> room,
    NameFile names,
    Optional<SessionFolder> sessions,
    SettingsFile settings,
    Optional<OutboxFolder> outbox,
    Host host) {

  Model model(Optional<String> me, int columns, int rows) {
    return Model.start(
        me, kept(me), room, settings.read(), host.commands(), columns, rows, Instant.now());
  }

  /** The session that was kept under that name. */
  private Optional<Session> kept(Optional<String> me) {
    return me.flatMap(name -> sessions.flatMap(folder -> folder.read(name)));
  }

  Effects start(Optional<Session> signedIn, Consumer<Msg> post) {
    host.begin(post::accept);
    client.use(signedIn);
    return new Effects(this, post);
  }
}
