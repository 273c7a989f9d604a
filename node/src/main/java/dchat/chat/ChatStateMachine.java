package dchat.chat;

import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import dchat.raft.LogEntry;
import dchat.raft.StateMachine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The chat as a replicated state machine: its state are the {@code chat_} tables, and a batch of
 * entries is one transaction that also holds how far the log has come. Memory holds only {@link
 * ChatView}, which is read from the tables whenever they are opened.
 */
public final class ChatStateMachine implements StateMachine, AutoCloseable {
  private static final byte[] NO_RESULT = {};
  private static final byte[] MALFORMED = ChatCodec.encode(new Rejected(Reason.MALFORMED));

  private final DataSource dataSource;
  private final DataSource reader;
  private final ChatListener listener;

  /** Empty after a failure, until the next batch opens them again. */
  private Optional<ChatTables> tables = Optional.empty();

  private final People people = new People();
  private volatile ChatView view;

  /**
   * Opens the state as it was left.
   *
   * @param dataSource of a migrated chat database; one connection of it is kept for writing
   * @param reader connections to the same database that may read beside it, for snapshots
   * @param listener told of every batch after its commit
   * @throws ChatStorageException if the tables can't be read
   */
  public ChatStateMachine(DataSource dataSource, DataSource reader, ChatListener listener) {
    this.dataSource = dataSource;
    this.reader = reader;
    this.listener = listener;
    try {
      ChatTables opened = ChatTables.open(dataSource);
      tables = Optional.of(opened);
      opened.snapshots().drop();
      view = opened.loadView();
      people.reset(opened.people().load());
    } catch (SQLException e) {
      close();
      throw new ChatStorageException("the chat tables can't be read: " + e.getMessage(), e);
    }
  }

  /** The state in memory after the last batch. May be called from any thread. */
  public ChatView view() {
    return view;
  }

  /** Who is registered and signed in. May be called from any thread. */
  public People people() {
    return people;
  }

  @Override
  public long lastAppliedIndex() {
    return view.appliedIndex();
  }

  /**
   * {@inheritDoc}
   *
   * @throws ChatStorageException if the batch couldn't be stored
   */
  @Override
  public List<byte[]> apply(List<LogEntry> entries) {
    if (entries.isEmpty()) {
      return List.of();
    }
    try {
      return store(begun(), entries);
    } catch (SQLException e) {
      close();
      throw new ChatStorageException("a batch couldn't be stored: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * The tables within a transaction. A connection that broke while nobody used it, because a server
   * restarted, is no trouble: nothing was done on it yet.
   */
  private ChatTables begun() throws SQLException {
    ChatTables open = reopenedTables();
    try {
      open.begin();
      return open;
    } catch (SQLException broken) {
      close();
      ChatTables again = reopenedTables();
      again.begin();
      return again;
    }
  }

  private List<byte[]> store(ChatTables open, List<LogEntry> entries) throws SQLException {
    requireConsecutive(entries, view.appliedIndex() + 1);
    try {
      return storeAll(open, entries);
    } catch (ChatTables.RepeatedException e) {
      // Rare: somebody repeats a command whose answer was lost.
      open.beginForRepetitions();
      return storeAll(open, entries);
    }
  }

  private List<byte[]> storeAll(ChatTables open, List<LogEntry> entries) throws SQLException {
    People.Draft draft = people.draft();
    var batch = new ChatBatch(open, view.rooms(), draft);
    var peopleBatch = new PeopleBatch(open.people(), open.conversations(), batch, draft);
    if (view.appliedIndex() == 0) {
      batch.begin(entries.getFirst().timestampMillis());
    }
    List<byte[]> results = new ArrayList<>(entries.size());
    for (LogEntry entry : entries) {
      results.add(apply(entry, batch, peopleBatch));
    }
    LogEntry last = entries.getLast();
    open.setApplied(last.index(), last.term(), last.timestampMillis());
    open.commit();
    people.accept(draft);
    view = new ChatView(last.index(), last.term(), batch.rooms());
    listener.onApplied(last.index(), batch.events());
    return results;
  }

  private static byte[] apply(LogEntry entry, ChatBatch batch, PeopleBatch people)
      throws SQLException {
    if (entry.kind() != LogEntry.Kind.COMMAND) {
      return NO_RESULT;
    }
    if (LogCommand.isOfLaterFormat(entry.payload())) {
      // To pass over it would be to hold other tables than who understands it. It is applied after
      // this node's upgrade.
      throw new ChatStorageException(
          "entry " + entry.index() + " was written by a later version: upgrade this node");
    }
    LogCommand command;
    try {
      command = LogCommand.decode(entry.payload());
    } catch (RuntimeException e) {
      // Whatever the bytes are, they are committed: every replica has to get past them.
      return MALFORMED;
    }
    long index = entry.index();
    long atMillis = entry.timestampMillis();
    return ChatCodec.encode(
        switch (command) {
          case ChatCommand said -> batch.apply(said, Optional.empty(), index, atMillis);
          case PeopleCommand done -> people.apply(done, index, atMillis);
        });
  }

  // --- snapshots

  @Override
  public long makeDurable() {
    inSnapshotTables(SnapshotTables::makeDurable);
    return view.appliedIndex();
  }

  @Override
  public SnapshotReader openSnapshot() {
    return new ChatSnapshotReader(reader);
  }

  @Override
  public Optional<byte[]> installedLabel() {
    try {
      return reopenedTables().snapshots().label();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public SnapshotWriter receiveSnapshot() {
    inSnapshotTables(SnapshotTables::prepare);
    return new SnapshotWriter() {
      @Override
      public void write(byte[] chunk) {
        List<SnapshotRows.Row> rows = SnapshotRows.decode(chunk);
        inSnapshotTables(tables -> tables.insert(rows));
      }

      @Override
      public void install(byte[] label) {
        inSnapshotTables(tables -> tables.install(label));
        reloadView();
      }

      @Override
      public void close() {
        inSnapshotTables(SnapshotTables::drop);
      }
    };
  }

  /**
   * Puts a backup in the place of the present state, durably. Nobody stays signed in: the tokens
   * are those of the cluster that the backup is of, which may still run.
   *
   * @throws BackupFile.Unusable if it can't be used after all; the state is what it was
   */
  public void restore(BackupFile backup) {
    try (SnapshotWriter writer = receiveSnapshot()) {
      backup.writeTo(writer);
      writer.install(NO_RESULT);
    }
    inSnapshotTables(SnapshotTables::beginAnew);
    reloadView();
  }

  private interface SnapshotStep {
    void on(SnapshotTables tables) throws SQLException;
  }

  private void inSnapshotTables(SnapshotStep step) {
    try {
      step.on(reopenedTables().snapshots());
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void reloadView() {
    try {
      ChatTables open = reopenedTables();
      people.reset(open.people().load());
      view = open.loadView();
    } catch (SQLException e) {
      throw failed(e);
    }
    listener.onReset(view.appliedIndex());
  }

  private ChatStorageException failed(SQLException e) {
    close();
    return new ChatStorageException("a snapshot couldn't be stored: " + e.getMessage(), e);
  }

  private ChatTables reopenedTables() throws SQLException {
    if (tables.isEmpty()) {
      ChatTables opened = ChatTables.open(dataSource);
      tables = Optional.of(opened);
      ChatView stored = opened.loadView();
      // A commit may have been stored although it was reported as failed.
      boolean unannounced = stored.appliedIndex() != view.appliedIndex();
      people.reset(opened.people().load());
      view = stored;
      if (unannounced) {
        listener.onReset(stored.appliedIndex());
      }
    }
    return tables.orElseThrow();
  }

  private static void requireConsecutive(List<LogEntry> entries, long first) {
    long expected = first;
    for (LogEntry entry : entries) {
      if (entry.index() != expected) {
        throw new IllegalArgumentException(
            "entry " + entry.index() + " where entry " + expected + " belongs");
      }
      expected++;
    }
  }

  /** Closes the writing connection. */
  @Override
  public void close() {
    tables.ifPresent(ChatTables::close);
    tables = Optional.empty();
  }
}
