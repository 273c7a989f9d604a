-- The tables of SQLite's version 5, which the numbers of versions follow: a snapshot or a backup of
-- one kind of database is read into the other. So the columns stand in the same order, and a number
-- is a BIGINT. Letters compare as bytes everywhere ("C"), whatever the server's language is: replicas
-- have to agree.

-- How far the log has been applied; written in the transaction that applies.
CREATE TABLE chat_applied (
  only_row          BIGINT PRIMARY KEY CHECK (only_row = 1),
  log_index         BIGINT NOT NULL,
  term              BIGINT NOT NULL,
  -- Events up to this index are no longer kept; 0 while all are.
  events_kept_after BIGINT NOT NULL,
  -- Time of the last applied entry.
  applied_at        BIGINT NOT NULL DEFAULT 0
);

INSERT INTO chat_applied VALUES (1, 0, 0, 0, 0);

CREATE TABLE chat_room (
  name          TEXT COLLATE "C" PRIMARY KEY,
  -- Index of the entry that made it: what is older in a room of this name belongs to a former one.
  created_index BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  topic         TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- Always there; its time is set by the first entry of the log.
INSERT INTO chat_room VALUES ('general', 0, 0);

-- Everything public that happened, in log order. Times are milliseconds since 1970.
CREATE TABLE chat_event (
  log_index BIGINT PRIMARY KEY,
  type      TEXT COLLATE "C" NOT NULL,
  id        TEXT COLLATE "C" NOT NULL,
  author    TEXT COLLATE "C" NOT NULL,
  room      TEXT COLLATE "C" NOT NULL,
  -- NULL unless type is chat.
  text      TEXT COLLATE "C",
  at        BIGINT NOT NULL,
  -- Whose message it is; NULL for a guest's.
  account   BIGINT
);

CREATE INDEX chat_event_by_room ON chat_event (room, log_index);

-- Every accepted command, for good: a retry must find its first outcome however late it comes.
CREATE TABLE chat_accepted (
  id        TEXT COLLATE "C" PRIMARY KEY,
  log_index BIGINT NOT NULL,
  -- Of the command's content, to tell a retry from another command under the same id.
  digest    BYTEA NOT NULL
);

-- People with an account, and their sessions.
CREATE TABLE chat_account (
  -- Index of the entry that made it: unlike a name it is never used again.
  id               BIGINT PRIMARY KEY,
  -- As it was written when it was registered; unique ignoring case among accounts that exist.
  name             TEXT COLLATE "C" NOT NULL,
  created_at       BIGINT NOT NULL,
  -- NULL while it exists.
  deleted_at       BIGINT,
  -- Index of the entry that set the password.
  password_index   BIGINT NOT NULL,
  -- Wrong passwords since the last right one.
  failures         BIGINT NOT NULL,
  last_failure_at  BIGINT NOT NULL,
  -- The one session, if there is one. Only a hash of its token is known here.
  session_token    TEXT COLLATE "C",
  session_index    BIGINT,
  session_request  TEXT COLLATE "C",
  session_made_at  BIGINT,
  session_used_at  BIGINT,
  session_idle_ms  BIGINT,
  session_total_ms BIGINT,
  -- The one before it: whoever comes with it is told how it ended.
  ended_token      TEXT COLLATE "C",
  ended_index      BIGINT,
  ended_how        TEXT COLLATE "C"
);

CREATE UNIQUE INDEX chat_account_by_name ON chat_account (lower(name)) WHERE deleted_at IS NULL;

-- Argon2id in PHC format. Beside the accounts, so that only who checks a password reads one.
CREATE TABLE chat_password (
  account BIGINT PRIMARY KEY,
  phc     TEXT COLLATE "C" NOT NULL
);

-- What happened between two people, in log order.
CREATE TABLE chat_dm (
  log_index BIGINT PRIMARY KEY,
  -- dm or dm_delete.
  type      TEXT COLLATE "C" NOT NULL,
  id        TEXT COLLATE "C" NOT NULL,
  sender    BIGINT NOT NULL,
  recipient BIGINT NOT NULL,
  -- Both, the smaller first: their conversation.
  low       BIGINT NOT NULL,
  high      BIGINT NOT NULL,
  -- What was said; the id of the message that was deleted.
  text      TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL
);

CREATE INDEX chat_dm_by_pair ON chat_dm (low, high, log_index);

-- Who has talked with whom.
CREATE TABLE chat_dm_pair (
  low        BIGINT NOT NULL,
  high       BIGINT NOT NULL,
  last_index BIGINT NOT NULL,
  PRIMARY KEY (low, high)
);

CREATE INDEX chat_dm_pair_by_high ON chat_dm_pair (high, low);

-- How far somebody has read, on whatever device.
CREATE TABLE chat_read_marker (
  account       BIGINT NOT NULL,
  -- 'room ' and its name, or 'dm ' and the other one's account.
  conversation  TEXT COLLATE "C" NOT NULL,
  marker        BIGINT NOT NULL,
  -- Index of the entry that moved it.
  changed_index BIGINT NOT NULL,
  PRIMARY KEY (account, conversation)
);

-- What consensus said of the snapshot that was installed last. Each replica's own, so not part of
-- the replicated state.
CREATE TABLE installed_snapshot (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  label    BYTEA NOT NULL
);
