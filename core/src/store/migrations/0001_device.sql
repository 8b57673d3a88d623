-- A phone's file. Ids are blobs; documents, actors and changes have small numbers inside this file only. Times are seconds
-- since 1970. What the server said belongs to one life of its log.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- One life of a server log: an id and an epoch.
CREATE TABLE life (
    id    INTEGER PRIMARY KEY,
    log   BLOB NOT NULL,
    epoch BLOB NOT NULL,
    UNIQUE (log, epoch)
) STRICT;

-- Everybody who enrolled on this phone; who writes now stands in meta.
CREATE TABLE holder (
    person      BLOB PRIMARY KEY,
    handle      TEXT NOT NULL,
    name        TEXT NOT NULL,
    token       TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE certificate (
    hash       BLOB PRIMARY KEY,
    device_key BLOB NOT NULL,
    person     BLOB NOT NULL,
    serial     INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_holder ON certificate (device_key, person, serial);

-- Actors whose registration is known. Own ones name the database instance that made them.
CREATE TABLE actor (
    id           INTEGER PRIMARY KEY,
    actor        BLOB NOT NULL UNIQUE,
    person       BLOB NOT NULL,
    device_key   BLOB NOT NULL,
    registration BLOB NOT NULL,
    instance     BLOB,
    retired      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX actor_own ON actor (instance, person) WHERE instance IS NOT NULL;

CREATE TABLE doc (
    id       INTEGER PRIMARY KEY,
    doc_id   BLOB NOT NULL UNIQUE,
    site     TEXT NOT NULL,
    item     BLOB,                       -- item and round: a record; ulid: a finding
    round    BLOB,
    ulid     BLOB,
    heads    BLOB NOT NULL,              -- 32 bytes each, ascending
    changes  INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,           -- of all changes, uncompressed
    dropping INTEGER NOT NULL DEFAULT 0  -- no scope holds it; it goes as soon as nothing of it can be lost
) STRICT;
CREATE INDEX doc_dropping ON doc (dropping) WHERE dropping = 1;

-- Every change that the gate accepted here, in causal order of ids.
CREATE TABLE change (
    id        INTEGER PRIMARY KEY,
    doc       INTEGER NOT NULL REFERENCES doc (id),
    hash      BLOB NOT NULL,
    actor     INTEGER NOT NULL REFERENCES actor (id),
    seq       INTEGER NOT NULL,
    max_op    INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    clock     BLOB NOT NULL,
    body      BLOB,                      -- absent: the document's snapshot holds it
    signature BLOB,                      -- absent: it came in a snapshot that the server vouched for
    own       INTEGER NOT NULL,          -- signed by this phone's key
    verdict   INTEGER NOT NULL,          -- what the server last said, by its number; 0 nothing
    reason    INTEGER NOT NULL,
    life      INTEGER REFERENCES life (id),
    lsn       INTEGER NOT NULL,          -- its place in the log, 0 if not known
    UNIQUE (doc, hash),
    UNIQUE (doc, actor, seq)
) STRICT;
CREATE INDEX change_own ON change (verdict, life, doc) WHERE own = 1;

-- One row for every put ever accepted; superseded ones stay.
CREATE TABLE field (
    doc     INTEGER NOT NULL,
    key     TEXT NOT NULL,
    counter INTEGER NOT NULL,
    actor   INTEGER NOT NULL,
    kind    INTEGER NOT NULL,            -- 0 null, 1 bool, 2 int, 3 decimal, 4 text, 5 bytes
    value   ANY,
    change  INTEGER NOT NULL,
    visible INTEGER NOT NULL,
    PRIMARY KEY (doc, key, counter, actor)
) STRICT, WITHOUT ROWID;

-- One row a document: what lists and counts read.
CREATE TABLE summary (
    doc      INTEGER PRIMARY KEY REFERENCES doc (id),
    site     TEXT NOT NULL,
    round    BLOB,
    done     INTEGER NOT NULL,           -- some answer that is not cleared, and not voided
    answers  INTEGER NOT NULL,
    disputed INTEGER NOT NULL,           -- keys in dispute
    signed   INTEGER NOT NULL,           -- sign-offs that are current
    unsent   INTEGER NOT NULL            -- own changes that the log does not hold
) STRICT;
CREATE INDEX summary_site ON summary (site, round, done, disputed, unsent);
CREATE INDEX summary_unsent ON summary (unsent) WHERE unsent > 0;

-- A whole document as automerge saves it; a cache of the changes without body.
CREATE TABLE snapshot (
    doc  INTEGER PRIMARY KEY REFERENCES doc (id),
    body BLOB NOT NULL
) STRICT;

-- Changes from the log that wait for a registration or a change.
CREATE TABLE waiting (
    doc_id    BLOB NOT NULL,
    hash      BLOB NOT NULL,
    site      TEXT NOT NULL,
    item      BLOB,
    round     BLOB,
    ulid      BLOB,
    actor     BLOB NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB,
    lsn       INTEGER NOT NULL,
    reason    INTEGER NOT NULL,
    PRIMARY KEY (doc_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_actor ON waiting (actor);

-- What is not part of any document and never will be as it is; its values are drafts that a person may enter again.
CREATE TABLE lost (
    id        INTEGER PRIMARY KEY,
    doc_id    BLOB NOT NULL,
    hash      BLOB NOT NULL,
    cause     INTEGER NOT NULL,          -- 1 the server refused it, 2 this phone did, 3 only a person may say it again, 4 another person's
    reason    INTEGER NOT NULL,
    person    BLOB,
    time      INTEGER NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB,
    UNIQUE (doc_id, hash)
) STRICT;

-- Changes and registrations that the server asked for, whatever this phone's own marks say.
CREATE TABLE asked (
    doc_id BLOB NOT NULL,                -- empty: the hash is an actor
    hash   BLOB NOT NULL,
    PRIMARY KEY (doc_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope (
    place  INTEGER PRIMARY KEY,
    area   TEXT NOT NULL,
    round  BLOB,
    cursor BLOB                          -- of a scope that still back-fills; absent: the main cursor serves it
) STRICT;

-- The reference data, by the parts that brought it.
CREATE TABLE part (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (kind, hash)
) STRICT;

CREATE TABLE region (
    code   TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    parent TEXT,
    level  TEXT NOT NULL,
    part   INTEGER NOT NULL REFERENCES part (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    site TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    part INTEGER NOT NULL REFERENCES part (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_code ON site (code, site);

CREATE TABLE item (
    id      BLOB PRIMARY KEY,
    handle  TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    place   INTEGER NOT NULL,
    part    INTEGER NOT NULL REFERENCES part (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE round (
    id         BLOB PRIMARY KEY,
    handle     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    from_day   TEXT NOT NULL,
    cutoff_day TEXT NOT NULL,
    state      TEXT NOT NULL,
    place      INTEGER NOT NULL,
    part       INTEGER NOT NULL REFERENCES part (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    id     BLOB PRIMARY KEY,
    handle TEXT NOT NULL,
    name   TEXT NOT NULL,
    unit   TEXT NOT NULL,
    part   INTEGER NOT NULL REFERENCES part (id)
) STRICT, WITHOUT ROWID;
