package dchat.chat;

import dchat.storage.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The same, kept in PostgreSQL. */
@ResourceLock(value = Postgres.SERVER, mode = ResourceAccessMode.READ)
class PeopleOnPostgresTest extends PeopleTest {
  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @Override
  ChatFixture fixture(Path folder) {
    return new ChatFixture(POSTGRES.emptied("people"));
  }
}
