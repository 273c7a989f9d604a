-- What can be searched, derived from the chat's tables: this whole schema can be dropped while the
-- node is stopped and is made again.

CREATE TABLE search_progress (
  only_row  BIGINT PRIMARY KEY CHECK (only_row = 1),
  log_index BIGINT NOT NULL
);

INSERT INTO search_progress VALUES (1, 0);

CREATE TABLE search_line (
  log_index BIGINT PRIMARY KEY,
  -- Whose it is to read: a room's, or two people's.
  room      TEXT COLLATE "C",
  low       BIGINT,
  high      BIGINT,
  -- Words only: the texts stay where they are.
  words     TSVECTOR NOT NULL DEFAULT ''
);

CREATE INDEX search_line_by_word ON search_line USING gin (words);
