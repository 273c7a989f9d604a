package dchat.client.fake;

import dchat.client.api.ChatEvent;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster for clients to be tested against: HTTP servers on free ports of this machine that share
 * one log, each playing the part it is given. No consensus: the test decides who leads.
 */
public final class FakeCluster implements AutoCloseable {
  private final List<FakeNode> nodes = new ArrayList<>();
  private final List<ChatEvent> log = new ArrayList<>();
  private final Map<String, Long> indexes = new LinkedHashMap<>();
  private long nextIndex = 1;
  private volatile long forgottenUpTo;
  private volatile byte[] backup = {};

  /** Starts {@code size} nodes, the first of which leads. */
  public FakeCluster(int size) {
    for (int i = 0; i < size; i++) {
      nodes.add(new FakeNode(this, "node" + i));
    }
    lead(0);
  }

  public FakeNode node(int i) {
    return nodes.get(i);
  }

  public List<FakeNode> nodes() {
    return List.copyOf(nodes);
  }

  public List<URI> urls() {
    return nodes.stream().map(FakeNode::url).toList();
  }

  /** Node {@code i} leads, the others redirect to it. */
  public void lead(int i) {
    nodes.forEach(n -> n.plays(new FakeNode.Part.Follower(nodes.get(i))));
    nodes.get(i).plays(new FakeNode.Part.Leader());
  }

  public void holdElection() {
    nodes.forEach(n -> n.plays(new FakeNode.Part.Electing()));
  }

  /** Commits as a leader does: an id gets its index once, and keeps it. */
  public synchronized long commit(
      String id, ChatEvent.Type type, String user, String room, String text) {
    Long known = indexes.get(id);
    if (known != null) {
      return known;
    }
    long index = nextIndex;
    // Not every entry of a log is a chat event: indexes have gaps.
    nextIndex += index % 3 == 0 ? 2 : 1;
    indexes.put(id, index);
    log.add(new ChatEvent(index, type, user, text, room, id, Instant.now()));
    notifyAll();
    return index;
  }

  public long say(String user, String text) {
    return commit(
        java.util.UUID.randomUUID().toString(), ChatEvent.Type.CHAT, user, "general", text);
  }

  synchronized boolean hasCommitted(String id) {
    return indexes.containsKey(id);
  }

  public synchronized List<ChatEvent> log() {
    return List.copyOf(log);
  }

  public synchronized List<ChatEvent> after(long index) {
    return log.stream().filter(e -> e.index() > index).toList();
  }

  public synchronized long lastIndex() {
    return log.isEmpty() ? 0 : log.getLast().index();
  }

  synchronized void awaitAfter(long index, long millis) throws InterruptedException {
    if (lastIndex() <= index) {
      wait(millis);
    }
  }

  /** Streams that want to resume before {@code index} are told to begin anew. */
  public void forgetUpTo(long index) {
    forgottenUpTo = index;
  }

  /** What whoever asks for a backup gets. */
  public void backsUpAs(byte[] bytes) {
    backup = bytes;
  }

  byte[] backup() {
    return backup;
  }

  long forgottenUpTo() {
    return forgottenUpTo;
  }

  @Override
  public void close() {
    nodes.forEach(FakeNode::stop);
  }
}
