package dchat.chat;

import dchat.raft.LogEntry;
import dchat.storage.Beside;
import dchat.storage.DataFolder;
import dchat.storage.NewData;
import dchat.storage.NodeData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** One replica's chat on a database of its own. */
final class ChatFixture implements AutoCloseable {
  static final long T0 = 1_700_000_000_000L;

  private final NodeData data;
  private final Optional<DataFolder> own;
  final ChatQueries queries;
  final List<ChatEvent> announced = new ArrayList<>();
  final List<Happening> happened = new ArrayList<>();
  final List<Long> resets = new ArrayList<>();
  ChatStateMachine chat;

  ChatFixture(Path folder) {
    this(Optional.of(NewData.in(folder)));
  }

  private ChatFixture(Optional<DataFolder> own) {
    this(own.orElseThrow(), own);
  }

  /**
   * @param data somebody else's, who closes it
   */
  ChatFixture(NodeData data) {
    this(data, Optional.empty());
  }

  private ChatFixture(NodeData data, Optional<DataFolder> own) {
    this.data = data;
    this.own = own;
    queries = new ChatQueries(data.chat().reader());
    open(recorder());
  }

  NodeData data() {
    return data;
  }

  void open(ChatListener listener) {
    if (chat != null) {
      chat.close();
    }
    chat = new ChatStateMachine(data.chat().writer(), data.chat().reader(), listener);
  }

  void reopen() {
    open(recorder());
  }

  private ChatListener recorder() {
    return new ChatListener() {
      @Override
      public void onApplied(long appliedIndex, List<Happening> events) {
        happened.addAll(events);
        events.stream()
            .filter(ChatEvent.class::isInstance)
            .map(ChatEvent.class::cast)
            .forEach(announced::add);
      }

      @Override
      public void onReset(long appliedIndex) {
        resets.add(appliedIndex);
      }
    };
  }

  /** Commits the commands as one batch. */
  List<ChatResult> commit(LogCommand... commands) {
    List<LogEntry> entries = new ArrayList<>();
    long index = chat.lastAppliedIndex();
    for (LogCommand command : commands) {
      entries.add(entry(++index, command.encoded()));
    }
    return apply(entries);
  }

  List<ChatResult> apply(List<LogEntry> entries) {
    return chat.apply(entries).stream().map(ChatCodec::decodeResult).toList();
  }

  static LogEntry entry(long index, byte[] payload) {
    return new LogEntry(index, 1, T0 + index, LogEntry.Kind.COMMAND, payload);
  }

  static LogEntry noOp(long index) {
    return new LogEntry(index, 1, T0 + index, LogEntry.Kind.NO_OP, new byte[0]);
  }

  static ChatCommand say(String id, String room, String text) {
    return new ChatCommand.Chat(id, "ann", text, room);
  }

  static ChatCommand add(String id, String room) {
    return new ChatCommand.RoomAdd(id, "ann", room);
  }

  static ChatCommand delete(String id, String room) {
    return new ChatCommand.RoomDelete(id, "ann", room);
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = Beside.connect(data.chat());
        Statement running = connection.createStatement()) {
      running.execute(statement);
    }
  }

  /** Of every row of every table of the chat. */
  String stateHash() throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (String table : SnapshotRows.TABLES) {
      for (String row : rows(table)) {
        sha256.update((table + '\0' + row + '\0').getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  List<String> rows(String table) throws SQLException {
    try (Connection connection = data.chat().reader().getConnection();
        Statement running = connection.createStatement();
        ResultSet row = running.executeQuery("SELECT * FROM " + table)) {
      int columns = row.getMetaData().getColumnCount();
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          Object cell = row.getObject(i);
          cells.add(cell instanceof byte[] b ? Arrays.toString(b) : String.valueOf(cell));
        }
        rows.add(String.join("|", cells));
      }
      // Not by the database: one column doesn't order all of them.
      rows.sort(Comparator.naturalOrder());
      return rows;
    }
  }

  @Override
  public void close() {
    chat.close();
    own.ifPresent(DataFolder::close);
  }
}
