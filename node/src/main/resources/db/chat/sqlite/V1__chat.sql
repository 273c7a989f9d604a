-- The replicated chat state. Changed only by applying committed log entries.

-- How far the log has been applied; written in the transaction that applies.
CREATE TABLE chat_applied (
  only_row          INTEGER PRIMARY KEY CHECK (only_row = 1),
  log_index         INTEGER NOT NULL,
  term              INTEGER NOT NULL,
  -- Events up to this index are no longer kept; 0 while all are.
  events_kept_after INTEGER NOT NULL
) STRICT;

INSERT INTO chat_applied VALUES (1, 0, 0, 0);

CREATE TABLE chat_room (
  name          TEXT PRIMARY KEY,
  -- Index of the entry that made it: what is older in a room of this name belongs to a former one.
  created_index INTEGER NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Always there; its time is set by the first entry of the log.
INSERT INTO chat_room VALUES ('general', 0, 0);

-- Everything public that happened, in log order. Times are milliseconds since 1970.
CREATE TABLE chat_event (
  log_index INTEGER PRIMARY KEY,
  type      TEXT NOT NULL CHECK (type IN ('chat', 'room_add', 'room_delete')),
  id        TEXT NOT NULL,
  author    TEXT NOT NULL,
  room      TEXT NOT NULL,
  -- NULL unless type is chat.
  text      TEXT,
  at        INTEGER NOT NULL
) STRICT;

CREATE INDEX chat_event_by_room ON chat_event (room, log_index);

-- Every accepted command, for good: a retry must find its first outcome however late it comes.
CREATE TABLE chat_accepted (
  id        TEXT PRIMARY KEY,
  log_index INTEGER NOT NULL,
  -- Of the command's content, to tell a retry from another command under the same id.
  digest    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
