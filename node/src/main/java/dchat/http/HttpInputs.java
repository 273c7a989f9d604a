package dchat.http;

import dchat.chat.Backup;
import dchat.chat.ChatQueries;
import dchat.chat.ChatView;
import dchat.chat.EventFeed;
import dchat.chat.People;
import dchat.chat.Presence;
import dchat.chat.RecentSpeakers;
import dchat.chat.SearchIndex;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/**
 * What the HTTP interface stands on.
 *
 * @param clusterName name of the cluster this node belongs to
 * @param raft takes proposals
 * @param status what this node knows now; cheap, asked several times per request
 * @param exclusion why the cluster does without this node, if it does; cheap
 * @param diskTrouble why the data folder takes no writes, if it doesn't; may block
 * @param chat the state in memory after the last applied batch; cheap
 * @param feed made by {@link HttpServer#feed}
 * @param meter hears what is answered, and renders what was measured
 * @param backup of the whole chat as it is now; to be closed
 * @param clock of this node, for what concerns sessions
 * @param people who is registered and signed in; cheap
 */
public record HttpInputs(
    String clusterName,
    ActorRef<RaftActor.Command> raft,
    Supplier<RaftStatus> status,
    Supplier<Optional<String>> exclusion,
    Supplier<Optional<String>> diskTrouble,
    Supplier<ChatView> chat,
    ChatQueries queries,
    EventFeed<ByteString> feed,
    People people,
    Presence presence,
    RecentSpeakers speakers,
    SearchIndex search,
    HttpMeter meter,
    AccountSettings accounts,
    Supplier<Backup> backup,
    InstantSource clock) {}
