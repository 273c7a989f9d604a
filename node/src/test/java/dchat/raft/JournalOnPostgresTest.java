package dchat.raft;

import dchat.storage.DataPlace;
import dchat.storage.Identity;
import dchat.storage.NodeData;
import dchat.storage.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The same, kept in PostgreSQL. */
@ResourceLock(value = Postgres.SERVER, mode = ResourceAccessMode.READ)
class JournalOnPostgresTest extends JournalOnSqliteTest {
  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @Override
  NodeData open(Path folder) {
    return new DataPlace.Postgres(POSTGRES.server().database("journal-" + folder.getFileName()))
        .open(new Identity("a", "test"));
  }
}
