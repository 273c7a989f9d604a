-- Which backup the state beside this journal was restored from: the journal begins behind it when a
-- node starts with it for the first time.

CREATE TABLE restored_backup (
  only_row      INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  cluster_name  TEXT    NOT NULL,
  log_index     INTEGER NOT NULL,
  term          INTEGER NOT NULL,
  last_entry_at INTEGER NOT NULL
);
