-- Time of the last applied entry: a leader's clock never runs behind it, also after a snapshot.
ALTER TABLE chat_applied ADD COLUMN applied_at INTEGER NOT NULL DEFAULT 0;

-- What consensus said of the snapshot that was installed last. Each replica's own, so not part of
-- the replicated state.
CREATE TABLE installed_snapshot (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  label    BLOB NOT NULL
) STRICT;
