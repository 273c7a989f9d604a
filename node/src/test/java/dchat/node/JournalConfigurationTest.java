package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalConfigurationTest {
  /** Ended only with the test: see JournalOnSqliteTest. */
  private final List<ActorTestKit> kits = new ArrayList<>();

  @TempDir Path temp;

  @AfterEach
  void shutDown() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void what_an_actor_persisted_is_recovered_by_the_next_process() {
    try (DataFolder data = DataFolder.open(temp, new Identity("node0", "dchat"))) {
      String first = run(data, List.of("a", "b", "c"));
      assertThat(first).isEqualTo("abc");
      // The third event made a snapshot; the fourth has to be replayed on top of it.
      assertThat(run(data, List.of("d"))).isEqualTo("abcd");
      assertThat(run(data, List.of())).isEqualTo("abcd");
    }
  }

  private String run(DataFolder data, List<String> appended) {
    ActorTestKit kit = ActorTestKit.create("journal-configuration", nodeConfig(data));
    kits.add(kit);
    ActorRef<Command> actor = kit.spawn(Appender.create());
    TestProbe<byte[]> probe = kit.createTestProbe();
    for (String text : appended) {
      actor.tell(new Append(text.getBytes(StandardCharsets.UTF_8), probe.getRef()));
      probe.receiveMessage();
    }
    actor.tell(new Get(probe.getRef()));
    String state = new String(probe.receiveMessage(), StandardCharsets.UTF_8);
    kit.stop(actor);
    return state;
  }

  private static Config nodeConfig(DataFolder data) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.actor.provider",
                "local",
                "pekko-persistence-jdbc.shared-databases.slick.db.url",
                data.journal().jdbcUrl()))
        .withFallback(ConfigFactory.parseResources("dchat-node.conf"))
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  private sealed interface Command {}

  private record Append(byte[] text, ActorRef<byte[]> replyTo) implements Command {}

  private record Get(ActorRef<byte[]> replyTo) implements Command {}

  /** Events and state are bytes: Pekko serializes those itself. */
  private static final class Appender extends EventSourcedBehavior<Command, byte[], byte[]> {
    static Behavior<Command> create() {
      return new Appender();
    }

    private Appender() {
      super(PersistenceId.ofUniqueId("appender"));
    }

    @Override
    public byte[] emptyState() {
      return new byte[0];
    }

    @Override
    public RetentionCriteria retentionCriteria() {
      return RetentionCriteria.snapshotEvery(3, 1).withDeleteEventsOnSnapshot();
    }

    @Override
    public CommandHandler<Command, byte[], byte[]> commandHandler() {
      return newCommandHandlerBuilder()
          .forAnyState()
          .onCommand(
              Append.class,
              (state, append) ->
                  Effect().persist(append.text()).thenReply(append.replyTo(), after -> after))
          .onCommand(Get.class, (state, get) -> Effect().reply(get.replyTo(), state))
          .build();
    }

    @Override
    public EventHandler<byte[], byte[]> eventHandler() {
      return newEventHandlerBuilder()
          .forAnyState()
          .onAnyEvent(
              (state, event) -> {
                byte[] joined = java.util.Arrays.copyOf(state, state.length + event.length);
                System.arraycopy(event, 0, joined, state.length, event.length);
                return joined;
              });
    }
  }
}
