-- People with an account, and their sessions. Changed only by applying committed log entries.

CREATE TABLE chat_account (
  -- Index of the entry that made it: unlike a name it is never used again.
  id               INTEGER PRIMARY KEY,
  -- As it was written when it was registered; unique ignoring case among accounts that exist.
  name             TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  -- NULL while it exists. A deleted one stays for its messages, which are shown as those of
  -- somebody who is gone.
  deleted_at       INTEGER,
  -- Index of the entry that set the password.
  password_index   INTEGER NOT NULL,
  -- Wrong passwords since the last right one.
  failures         INTEGER NOT NULL,
  last_failure_at  INTEGER NOT NULL,
  -- The one session, if there is one. Only a hash of its token is known here.
  session_token    TEXT,
  session_index    INTEGER,
  session_request  TEXT,
  session_made_at  INTEGER,
  session_used_at  INTEGER,
  session_idle_ms  INTEGER,
  session_total_ms INTEGER,
  -- The one before it: whoever comes with it is told how it ended.
  ended_token      TEXT,
  ended_index      INTEGER,
  ended_how        TEXT
) STRICT;

CREATE UNIQUE INDEX chat_account_by_name ON chat_account (lower(name)) WHERE deleted_at IS NULL;

-- Argon2id in PHC format. Beside the accounts, so that only who checks a password reads one.
CREATE TABLE chat_password (
  account INTEGER PRIMARY KEY,
  phc     TEXT NOT NULL
) STRICT;

-- Whose message it is; NULL for a guest's.
ALTER TABLE chat_event ADD COLUMN account INTEGER;
