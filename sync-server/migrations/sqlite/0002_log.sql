-- The log and what the gate asks of it. A document, actor and change have small numbers inside this file only.

CREATE TABLE log_head (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    lsn     INTEGER NOT NULL,
    running BLOB NOT NULL            -- SHA-256 over the one before and the row, 32 bytes
) STRICT;
INSERT INTO log_head VALUES (1, 0, zeroblob(32));

CREATE TABLE doc (
    id       INTEGER PRIMARY KEY,
    doc_id   BLOB NOT NULL UNIQUE,
    site     TEXT NOT NULL,
    code     TEXT NOT NULL,          -- the site's code today, copied for scopes
    item     BLOB,                   -- item and round: a record; ulid: a finding
    round    BLOB,
    ulid     BLOB,
    heads    BLOB NOT NULL,          -- 32 bytes each, ascending
    changes  INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    last_lsn INTEGER NOT NULL
) STRICT;
CREATE INDEX doc_scope ON doc (round, last_lsn);
CREATE INDEX doc_site ON doc (site, round);

CREATE TABLE actor (
    id           INTEGER PRIMARY KEY,
    actor        BLOB NOT NULL UNIQUE,
    person       BLOB NOT NULL,
    device_key   BLOB NOT NULL,
    registration BLOB NOT NULL
) STRICT;

CREATE TABLE change (
    id        INTEGER PRIMARY KEY,
    doc       INTEGER NOT NULL REFERENCES doc (id),
    hash      BLOB NOT NULL,
    actor     INTEGER NOT NULL REFERENCES actor (id),
    seq       INTEGER NOT NULL,
    max_op    INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    clock     BLOB NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB NOT NULL,
    lsn       INTEGER NOT NULL UNIQUE,
    late      INTEGER NOT NULL DEFAULT 0,  -- accepted after its round was closed
    UNIQUE (doc, hash),
    UNIQUE (doc, actor, seq)
) STRICT;

CREATE TABLE log (
    lsn     INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL,        -- 1 a change, 2 a later verdict for the author's device, 3 drop, 4 place
    doc     BLOB NOT NULL,
    hash    BLOB NOT NULL,
    device  BLOB,                    -- whom a verdict is for
    verdict INTEGER NOT NULL DEFAULT 1,
    reason  INTEGER NOT NULL DEFAULT 0,
    running BLOB NOT NULL            -- first 8 bytes of the running hash
) STRICT;

-- Changes not in the log: waiting for what they depend on, or kept aside.
CREATE TABLE waiting (
    doc_id      BLOB NOT NULL,
    hash        BLOB NOT NULL,
    parts       BLOB NOT NULL,       -- the document's parts as an item of the wire
    actor       BLOB NOT NULL,
    author      BLOB,                -- person, once the registration is known
    carrier     BLOB NOT NULL,       -- device that brought it
    state       INTEGER NOT NULL,    -- 3 pending, 4 parked, as verdicts are numbered
    reason      INTEGER NOT NULL,
    body        BLOB NOT NULL,
    signature   BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (doc_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_author ON waiting (author);
CREATE INDEX waiting_actor ON waiting (actor);

CREATE TABLE refused (
    doc_id     BLOB NOT NULL,
    hash       BLOB NOT NULL,
    reason     INTEGER NOT NULL,
    author     BLOB,
    refused_at INTEGER NOT NULL,
    PRIMARY KEY (doc_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    doc   INTEGER PRIMARY KEY REFERENCES doc (id),
    lsn   INTEGER NOT NULL,
    body  BLOB NOT NULL
) STRICT;
