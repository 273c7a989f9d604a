package dchat.storage;

import java.nio.file.Path;

/** Where a node's data are, whether there are any yet or not. Its text is for people. */
public sealed interface DataPlace {

  /** In SQLite databases of a folder on this machine. */
  record Folder(Path path) implements DataPlace {
    @Override
    public boolean isNew() {
      return DataFolder.isNew(path);
    }

    @Override
    public NodeData open(Identity owner) {
      return DataFolder.open(path, owner);
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** In one database of a PostgreSQL server. */
  record Postgres(PostgresSettings settings) implements DataPlace {
    @Override
    public boolean isNew() {
      return PostgresData.isNew(settings);
    }

    @Override
    public NodeData open(Identity owner) {
      return PostgresData.open(settings, owner);
    }

    @Override
    public String toString() {
      return settings.toString();
    }
  }

  /**
   * Whether no node ever kept anything there.
   *
   * @throws StorageException if that can't be found out
   */
  boolean isNew();

  /**
   * Opens the databases of {@code owner}, creating and migrating what isn't there yet.
   *
   * @throws StorageException if they can't be used, are in use, are another owner's, or won't take
   *     the durability that consensus relies on
   */
  NodeData open(Identity owner);
}
