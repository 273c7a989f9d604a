package dchat.raft;

import java.util.Optional;

/**
 * A snapshot on its way in: stages the parts in order and installs the whole. Half a snapshot of a
 * leader that was deposed is dropped when another one begins.
 */
final class SnapshotReceiver {

  private record Incoming(
      NodeId leader, long term, long image, StateMachine.SnapshotWriter writer) {

    boolean isOf(PeerMessage.InstallSnapshot part) {
      return leader.equals(part.from()) && term == part.term() && image == part.image();
    }
  }

  private final StateMachine stateMachine;
  private Optional<Incoming> incoming = Optional.empty();
  private long nextChunk;

  SnapshotReceiver(StateMachine stateMachine) {
    this.stateMachine = stateMachine;
  }

  /**
   * Stores a part if it is the one wanted next.
   *
   * @return number of the part wanted next: 0 if this one can't be used without those before it
   * @throws RuntimeException if it can't be stored; the snapshot has to begin again then
   */
  long store(PeerMessage.InstallSnapshot part) {
    boolean known = incoming.filter(i -> i.isOf(part)).isPresent();
    if (!known && part.chunk() != 0) {
      return 0;
    }
    if (!known) {
      begin(part);
    }
    if (part.chunk() == nextChunk) {
      try {
        incoming.orElseThrow().writer().write(part.data());
      } catch (RuntimeException e) {
        drop();
        throw e;
      }
      nextChunk++;
    }
    return nextChunk;
  }

  /** Puts the received state in the place of the present one. */
  void install(SnapshotMeta meta) {
    try {
      incoming.orElseThrow().writer().install(RaftCbor.write(meta));
    } finally {
      drop();
    }
  }

  private void begin(PeerMessage.InstallSnapshot part) {
    drop();
    incoming =
        Optional.of(
            new Incoming(part.from(), part.term(), part.image(), stateMachine.receiveSnapshot()));
    nextChunk = 0;
  }

  private void drop() {
    incoming.ifPresent(i -> i.writer().close());
    incoming = Optional.empty();
  }
}
