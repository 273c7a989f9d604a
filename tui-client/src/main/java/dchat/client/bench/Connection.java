package dchat.client.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection to one node, kept for one request after the other. */
final class Connection {
  /** Who sends requests on it. */
  interface Owner {
    /** Something came, and is about to be read. */
    void onBytes(long nowNanos);

    /** The response is complete. */
    void onResponse(Connection connection, int status, long nowNanos);

    /** The connection is gone; a request under way may or may not have been carried out. */
    void onLost(Connection connection, String reason, long nowNanos);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Owner owner;
  private final Target target;
  private final ResponseReader reader;
  private final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer unsent = NOTHING;

  private Connection(
      Owner owner,
      Target target,
      ResponseReader.Body sink,
      SocketChannel channel,
      SelectionKey key) {
    this.owner = owner;
    this.target = target;
    this.channel = channel;
    this.key = key;
    reader = new ResponseReader(sink);
  }

  /** Begins to connect; whether that works the owner hears later. */
  static Connection open(Selector selector, Owner owner, Target target, ResponseReader.Body sink)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      boolean connected = channel.connect(target.address());
      SelectionKey key =
          channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
      Connection connection = new Connection(owner, target, sink, channel, key);
      key.attach(connection);
      return connection;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  boolean isOpenTo(Target node) {
    return channel.isOpen() && target.equals(node);
  }

  /** Sends a request. There must be none under way. */
  void send(ByteBuffer request) {
    reader.reset();
    unsent = request;
    if (channel.isConnected()) {
      try {
        flush();
      } catch (IOException e) {
        lose(describe(e), System.nanoTime());
      }
    }
  }

  private void flush() throws IOException {
    channel.write(unsent);
    int interest =
        unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  /** Does what the connection is ready for. {@code buffer} is anybody's between two calls. */
  void onReady(ByteBuffer buffer) {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        flush();
      } else if (key.isReadable()) {
        receive(buffer);
      } else if (key.isWritable()) {
        flush();
      }
    } catch (IOException e) {
      lose(describe(e), System.nanoTime());
    }
  }

  private void receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    int length = channel.read(buffer);
    long now = System.nanoTime();
    if (length < 0) {
      lose("connection closed", now);
      return;
    }
    owner.onBytes(now);
    int end = reader.read(buffer.array(), 0, length);
    if (reader.isComplete()) {
      int status = reader.status();
      if (reader.closes() || end < length) {
        close();
      }
      owner.onResponse(this, status, now);
    }
  }

  private void lose(String reason, long now) {
    close();
    owner.onLost(this, reason, now);
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no use any more in any case.
    }
  }

  static String describe(IOException e) {
    if (e instanceof ConnectException) {
      return "connection refused";
    }
    return e.getMessage() == null || e.getMessage().startsWith("Connection reset")
        ? "connection reset"
        : e.getMessage();
  }
}
