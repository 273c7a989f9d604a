-- What a node without data was told of the running cluster that it joined. It outlives the first
-- start: until the log names members, these are they, and never this node alone; and by where the
-- cluster stood then, the node knows which memberships in its log are of before it was let in.

CREATE TABLE join_point (
  only_row     INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  term         INTEGER NOT NULL,
  commit_index INTEGER NOT NULL
);

CREATE TABLE join_member (
  node_id      TEXT NOT NULL PRIMARY KEY,
  raft_address TEXT NOT NULL,
  client_url   TEXT,
  suffrage     TEXT NOT NULL
);
