package dchat.journal;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.jdbc.config.JournalConfig;
import org.apache.pekko.persistence.jdbc.journal.dao.DefaultJournalDao;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.stream.Materializer;
import scala.collection.immutable.Seq;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import scala.util.Try;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;

/**
 * Pekko Persistence JDBC's access to the journal ({@code jdbc-journal.dao}), with a shorter way for
 * what each message waits for: events go straight to a prepared statement on a thread of its own.
 * The plug-in's own way leads through a stream that collects writes, of which there is one at a
 * time here, and prepares each statement and transaction anew. Reading and deleting are the
 * plug-in's, and so is the table.
 */
public final class PreparedJournalDao extends DefaultJournalDao {

  /** Tells the plug-in that no write was rejected. */
  private static final Seq<Try<BoxedUnit>> ALL_WRITTEN =
      CollectionConverters.asScala(List.<Try<BoxedUnit>>of()).toSeq();

  private final Serialization serialization;
  private final ExecutionContext writing;
  private final EventTable table;

  /** Called by the plug-in, which demands these parameters. */
  public PreparedJournalDao(
      JdbcBackend.JdbcDatabaseDef database,
      JdbcProfile profile,
      JournalConfig journalConfig,
      Serialization serialization,
      ExecutionContext context,
      Materializer materializer) {
    super(database, profile, journalConfig, serialization, context, materializer);
    this.serialization = serialization;
    writing = materializer.system().dispatchers().lookup("dchat.raft.journal.dispatcher");
    table = new EventTable(() -> database.source().createConnection());
    materializer.system().registerOnTermination(table::close);
  }

  @Override
  public Future<Seq<Try<BoxedUnit>>> asyncWriteMessages(Seq<AtomicWrite> messages) {
    List<EventTable.Row> rows = new ArrayList<>();
    for (AtomicWrite message : CollectionConverters.asJava(messages)) {
      for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
        rows.add(row(event));
      }
    }
    return Futures.future(
        () -> {
          table.insert(rows);
          return ALL_WRITTEN;
        },
        writing);
  }

  private EventTable.Row row(PersistentRepr event) {
    if (event.metadata().isDefined()) {
      throw new IllegalArgumentException("events of this journal have no metadata");
    }
    Serializer serializer = serialization.findSerializerFor(event.payload());
    return new EventTable.Row(
        event.persistenceId(),
        event.sequenceNr(),
        event.writerUuid(),
        event.timestamp(),
        event.manifest(),
        serialization.serialize(event.payload()).get(),
        serializer.identifier(),
        Serializers.manifestFor(serializer, event.payload()));
  }
}
