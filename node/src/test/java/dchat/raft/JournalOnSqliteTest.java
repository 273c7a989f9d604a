package dchat.raft;

import static dchat.raft.ReplicaFixture.A;
import static dchat.raft.ReplicaFixture.B;
import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.storage.DataFolder;
import dchat.storage.Identity;
import dchat.storage.NodeData;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal as a node runs it: what was durable is what the next start finds. */
class JournalOnSqliteTest {
  private static final int SNAPSHOT_EVERY = 7;
  private final Membership bootstrap = ReplicaFixture.membershipOf(A, B);

  /**
   * Ended only with the test. A connection pool that is closed while it deletes old events keeps
   * the database locked; of a real node's locks nothing is left, because its process ends.
   */
  private final List<ActorTestKit> kits = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void shutDown() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void rule_14_the_next_start_finds_exactly_what_was_durable_however_much_was_compacted()
      throws Exception {
    Random random = new Random(7);
    try (NodeData data = open(folder)) {
      PersistentState live = start(data, new Run());
      for (int round = 0; round < 4; round++) {
        Run run = new Run();
        ActorTestKit kit = run.kit(data);
        ActorRef<Journal.Command> journal = run.start(kit);
        live = stateOf(run.recovered());
        for (int step = 0; step < 60; step++) {
          change(live, random);
          live.nextWrite()
              .ifPresent(write -> journal.tell(new Journal.Write(write.number(), write.events())));
          run.awaitDurable(live);
        }
        kit.stop(journal);
        PersistentState found = start(data, new Run());
        assertEqual(found, live);
      }
      assertThat(live.log().baseIndex()).as("compacted up to").isPositive();
      assertThat(storedEvents(data)).isLessThanOrEqualTo(3 * SNAPSHOT_EVERY);
    }
  }

  @Test
  void rule_14_the_next_start_reads_few_bytes_however_full_the_writes_were() throws Exception {
    int entryBytes = entry(1, 1).sizeBytes();
    int writes = 25;
    try (NodeData data = open(folder)) {
      Run run = new Run();
      ActorTestKit kit = run.kit(data);
      ActorRef<Journal.Command> journal = run.start(kit, 10 * writes, 10L * entryBytes);
      PersistentState live = stateOf(run.recovered());
      live.advanceTerm(1);
      for (int i = 0; i < writes; i++) {
        live.append(List.of(entry(live.log().lastIndex() + 1, 1)));
        live.nextWrite()
            .ifPresent(write -> journal.tell(new Journal.Write(write.number(), write.events())));
        run.awaitDurable(live);
      }
      kit.stop(journal);

      assertThat(eventsBehindTheSnapshot(data)).isLessThan(writes / 2);
      assertThat(storedEvents(data)).isEqualTo(writes + 1);
      assertEqual(start(data, new Run()), live);
    }
  }

  NodeData open(Path folder) {
    return DataFolder.open(folder, new Identity("a", "test"));
  }

  private PersistentState start(NodeData data, Run run) {
    ActorTestKit kit = run.kit(data);
    ActorRef<Journal.Command> journal = run.start(kit);
    PersistentState state = stateOf(run.recovered());
    kit.stop(journal);
    return state;
  }

  private static PersistentState stateOf(Journal.Recovered found) {
    return new PersistentState(found.term(), found.votedFor(), found.log(), 0);
  }

  private static void change(PersistentState state, Random random) {
    RaftLog log = state.log();
    switch (random.nextInt(6)) {
      case 0 -> state.advanceTerm(state.currentTerm() + 1);
      case 1 -> {
        if (state.votedFor().isEmpty()) {
          state.voteFor(A);
        }
      }
      case 2 -> {
        if (log.lastIndex() > log.baseIndex()) {
          state.truncateFrom(log.lastIndex());
        }
      }
      case 3 -> {
        if (state.durableIndex() > log.baseIndex() + 3) {
          state.compactTo(state.durableIndex() - 2);
        }
      }
      default ->
          state.append(
              List.of(
                  entry(log.lastIndex() + 1, Math.max(1, state.currentTerm())),
                  entry(log.lastIndex() + 2, Math.max(1, state.currentTerm()))));
    }
  }

  private static void assertEqual(PersistentState found, PersistentState expected) {
    assertThat(found.currentTerm()).isEqualTo(expected.currentTerm());
    assertThat(found.votedFor()).isEqualTo(expected.votedFor());
    assertThat(found.log().baseIndex()).isEqualTo(expected.log().baseIndex());
    assertThat(found.log().describe(found.log().baseIndex()))
        .isEqualTo(expected.log().describe(expected.log().baseIndex()));
    assertThat(found.log().entries())
        .usingRecursiveComparison()
        .isEqualTo(expected.log().entries());
  }

  private static int storedEvents(NodeData data) throws Exception {
    try (Connection connection = data.journal().reader().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM event_journal")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static int eventsBehindTheSnapshot(NodeData data) throws Exception {
    try (Connection connection = data.journal().reader().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM event_journal WHERE sequence_number >"
                    + " (SELECT coalesce(max(sequence_number), 0) FROM snapshot)")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** One life of the journal's actor. */
  private final class Run {
    private TestProbe<Journal.Reply> replies;

    ActorTestKit kit(NodeData data) {
      Config config =
          ConfigFactory.parseMap(data.journal().slick())
              .atPath("pekko-persistence-jdbc.shared-databases.slick")
              .withFallback(ConfigFactory.parseMap(Map.of("pekko.actor.provider", "local")))
              .withFallback(ConfigFactory.parseResources("dchat-node.conf"))
              .withFallback(ConfigFactory.defaultReferenceUnresolved())
              .resolve();
      ActorTestKit kit = ActorTestKit.create("journal", config);
      kits.add(kit);
      replies = kit.createTestProbe();
      return kit;
    }

    ActorRef<Journal.Command> start(ActorTestKit kit) {
      return start(kit, SNAPSHOT_EVERY, Long.MAX_VALUE);
    }

    ActorRef<Journal.Command> start(ActorTestKit kit, int snapshotEvery, long snapshotAfterBytes) {
      return kit.spawn(
          Journal.create(A, bootstrap, snapshotEvery, snapshotAfterBytes, replies.ref()));
    }

    Journal.Recovered recovered() {
      return replies.expectMessageClass(Journal.Recovered.class, Duration.ofSeconds(20));
    }

    void awaitDurable(PersistentState state) {
      if (state.hasWriteUnderWay()) {
        Journal.Durable durable =
            replies.expectMessageClass(Journal.Durable.class, Duration.ofSeconds(20));
        assertThat(state.completed(durable.number())).isTrue();
      }
    }
  }
}
