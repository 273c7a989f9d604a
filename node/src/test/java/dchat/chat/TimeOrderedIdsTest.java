package dchat.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
  private long now = 1_700_000_000_000L;
  private final TimeOrderedIds ids = new TimeOrderedIds(() -> Instant.ofEpochMilli(now));

  @Test
  void anIdIsAUuidOfVersion7ThatBeginsWithTheTime() {
    UUID id = UUID.fromString(ids.next());

    assertEquals(7, id.version());
    assertEquals(2, id.variant());
    assertEquals(now, id.getMostSignificantBits() >>> 16);
    assertTrue(ChatSyntax.isId(id.toString()));
  }

  @Test
  void idsOfOneMillisecondDiffer() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      made.add(ids.next());
    }
    assertEquals(10_000, made.size());
  }

  @Test
  void twoThatMakeIdsAtTheSameTimeDontMakeTheSame() {
    InstantSource clock = () -> Instant.ofEpochMilli(now);
    assertTrue(!new TimeOrderedIds(clock).next().equals(new TimeOrderedIds(clock).next()));
  }

  @Test
  void laterOnesSortLater() {
    String earlier = ids.next();
    now++;
    assertTrue(earlier.compareTo(ids.next()) < 0);
  }
}
