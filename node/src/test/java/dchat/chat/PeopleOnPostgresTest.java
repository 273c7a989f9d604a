package dchat.chat;

import dchat.storage.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same, kept in PostgreSQL. */
class PeopleOnPostgresTest extends PeopleTest {
  @RegisterExtension static final Postgres POSTGRES = new Postgres();

  @Override
  ChatFixture fixture(Path folder) {
    return new ChatFixture(POSTGRES.emptied("people"));
  }
}
