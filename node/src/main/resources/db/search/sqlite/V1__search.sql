-- What can be searched, derived from the chat's tables: this whole database can be deleted and is
-- made again.

CREATE TABLE search_progress (
  only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
  log_index INTEGER NOT NULL
) STRICT;

INSERT INTO search_progress VALUES (1, 0);

-- Whose it is to read: a room's, or two people's.
CREATE TABLE search_line (
  log_index INTEGER PRIMARY KEY,
  room      TEXT,
  low       INTEGER,
  high      INTEGER
) STRICT;

-- Words only: the texts stay where they are.
CREATE VIRTUAL TABLE search_word
  USING fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
