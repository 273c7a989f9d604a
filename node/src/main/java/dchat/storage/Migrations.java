package dchat.storage;

import java.util.Arrays;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings a database to the schema of this version. */
final class Migrations {
  private Migrations() {}

  /**
   * @param database with its data source
   * @param folder of the migrations, such as {@code chat/sqlite}
   * @param what is migrated, for people
   * @return the version of the schema
   * @throws StorageException if it can't be done, or a newer DChat wrote it
   */
  static String apply(FluentConfiguration database, String folder, String what) {
    Flyway flyway =
        database
            .locations("classpath:db/" + folder)
            // The mark is there before the first migration.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            // A database of a newer version is refused, not used half understood.
            .ignoreMigrationPatterns(new String[0])
            .load();
    try {
      MigrateResult migrated = flyway.migrate();
      return Optional.ofNullable(migrated.targetSchemaVersion)
          .orElse(migrated.initialSchemaVersion);
    } catch (FlywayException e) {
      throw new StorageException(whyNotMigrated(flyway, what, e), e);
    }
  }

  private static String whyNotMigrated(Flyway flyway, String what, FlywayException e) {
    Optional<String> later =
        Arrays.stream(flyway.info().all())
            .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS)
            .map(migration -> migration.getVersion().getVersion())
            .reduce((earlier, next) -> next);
    return later
        .map(
            version ->
                "%s was written by a newer DChat (its tables are of version %s): start it with that"
                        .formatted(what, version)
                    + " one, there is no way back")
        .orElseGet(
            () -> "can't bring " + what + " to this version's schema: " + StorageException.line(e));
  }
}
