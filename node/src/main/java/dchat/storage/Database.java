package dchat.storage;

import java.util.Map;
import javax.sql.DataSource;

/**
 * One of a node's databases: one writer at a time, any number of readers beside it, each reading
 * one moment. The schema is the migrations under {@code db/<name>/<kind>} on the class path.
 */
public sealed interface Database permits SqliteDatabase, PostgresDatabase {

  /**
   * The one connection that may write. Who asks while it is out waits for some seconds, then gets
   * an {@link java.sql.SQLException}.
   */
  DataSource writer();

  /**
   * A few connections that refuse to write. Within a transaction ({@code autoCommit} off) all reads
   * see the moment of the first one, whatever is written meanwhile.
   */
  DataSource reader();

  /** Of the last migration that was applied. The same version has the same tables in each kind. */
  String schemaVersion();

  /**
   * For a library that keeps connections of its own: Slick's settings of a database, by key. Each
   * commit on a connection made by them is as durable as this database promises.
   */
  Map<String, String> slick();
}
