-- Ids of peers that the configuration names by address only, as they answered at the first start: a
-- later start must not depend on all of them being up.

CREATE TABLE learned_peer (
  raft_address TEXT NOT NULL PRIMARY KEY,
  node_id      TEXT NOT NULL
);
