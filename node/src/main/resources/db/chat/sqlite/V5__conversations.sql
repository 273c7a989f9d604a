-- Topics, deleted messages, direct messages and read markers.

ALTER TABLE chat_room ADD COLUMN topic TEXT NOT NULL DEFAULT '';

-- What happened between two people, in log order. Times are milliseconds since 1970.
CREATE TABLE chat_dm (
  log_index INTEGER PRIMARY KEY,
  -- dm or dm_delete.
  type      TEXT NOT NULL,
  id        TEXT NOT NULL,
  sender    INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  -- Both, the smaller first: their conversation.
  low       INTEGER NOT NULL,
  high      INTEGER NOT NULL,
  -- What was said; the id of the message that was deleted.
  text      TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE INDEX chat_dm_by_pair ON chat_dm (low, high, log_index);

-- Who has talked with whom.
CREATE TABLE chat_dm_pair (
  low        INTEGER NOT NULL,
  high       INTEGER NOT NULL,
  last_index INTEGER NOT NULL,
  PRIMARY KEY (low, high)
) STRICT, WITHOUT ROWID;

CREATE INDEX chat_dm_pair_by_high ON chat_dm_pair (high, low);

-- How far somebody has read, on whatever device.
CREATE TABLE chat_read_marker (
  account       INTEGER NOT NULL,
  -- 'room ' and its name, or 'dm ' and the other one's account.
  conversation  TEXT NOT NULL,
  marker        INTEGER NOT NULL,
  -- Index of the entry that moved it.
  changed_index INTEGER NOT NULL,
  PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;
