-- The tables that pekko-persistence-jdbc 1.1 reads and writes. It ships no SQLite schema; names and
-- columns follow its own table definitions, which its defaults in reference.conf name one by one.

CREATE TABLE event_journal (
  "ordering"         INTEGER PRIMARY KEY AUTOINCREMENT,
  deleted            BOOLEAN NOT NULL DEFAULT 0,
  persistence_id     TEXT    NOT NULL,
  sequence_number    INTEGER NOT NULL,
  writer             TEXT    NOT NULL,
  write_timestamp    INTEGER NOT NULL,
  adapter_manifest   TEXT    NOT NULL,
  event_payload      BLOB    NOT NULL,
  event_ser_id       INTEGER NOT NULL,
  event_ser_manifest TEXT    NOT NULL,
  meta_payload       BLOB,
  meta_ser_id        INTEGER,
  meta_ser_manifest  TEXT,
  UNIQUE (persistence_id, sequence_number)
);

CREATE TABLE event_tag (
  event_id INTEGER NOT NULL REFERENCES event_journal ("ordering") ON DELETE CASCADE,
  tag      TEXT    NOT NULL,
  PRIMARY KEY (event_id, tag)
);

CREATE TABLE snapshot (
  persistence_id        TEXT    NOT NULL,
  sequence_number       INTEGER NOT NULL,
  created               INTEGER NOT NULL,
  snapshot_ser_id       INTEGER NOT NULL,
  snapshot_ser_manifest TEXT    NOT NULL,
  snapshot_payload      BLOB    NOT NULL,
  meta_ser_id           INTEGER,
  meta_ser_manifest     TEXT,
  meta_payload          BLOB,
  PRIMARY KEY (persistence_id, sequence_number)
);
