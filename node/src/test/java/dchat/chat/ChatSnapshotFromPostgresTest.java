package dchat.chat;

import dchat.storage.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The state of a replica on PostgreSQL taken over by one on SQLite. */
@ResourceLock(value = Postgres.SERVER, mode = ResourceAccessMode.READ)
class ChatSnapshotFromPostgresTest extends ChatSnapshotTest {
  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @Override
  ChatFixture source(Path folder) {
    return new ChatFixture(POSTGRES.emptied("source"));
  }
}
