package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotReceiverTest {
  private static final Membership MEMBERS = ReplicaFixture.membershipOf(new NodeId("leader"));

  private final SnapshotReceiver receiver = new SnapshotReceiver(new RecordingStateMachine());

  @Test
  void rule_14_a_sender_that_begins_again_is_not_held_to_the_parts_of_its_first_image() {
    receiver.store(part(1, 0));
    receiver.store(part(1, 1));

    assertThat(receiver.store(part(2, 0))).isEqualTo(1);
  }

  @Test
  void rule_14_parts_of_two_images_never_mix() {
    receiver.store(part(2, 0));

    assertThat(receiver.store(part(1, 1))).as("asks to begin again").isEqualTo(0);
    assertThat(receiver.store(part(2, 1))).isEqualTo(2);
  }

  /** One of many parts of the leader's state at entry 9. */
  private static PeerMessage.InstallSnapshot part(long image, long chunk) {
    return new PeerMessage.InstallSnapshot(
        "test",
        new NodeId("leader"),
        3,
        new SnapshotMeta(9, 3, 0, MEMBERS, 0),
        image,
        chunk,
        new byte[0],
        false,
        "leader:1",
        "http://leader");
  }
}
