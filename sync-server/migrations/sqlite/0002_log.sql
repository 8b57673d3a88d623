-- The log and what the gate asks of it. A document and an actor have small numbers inside this file only.

CREATE TABLE log_head (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    lsn     INTEGER NOT NULL,
    running BLOB NOT NULL            -- SHA-256 over the one before and the row, 32 bytes
) STRICT;
INSERT INTO log_head VALUES (1, 0, zeroblob(32));

CREATE TABLE log (
    lsn     INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL,        -- 1 a change, 2 a later verdict, 3 a certificate; 2 and 3 are for one device
    doc     INTEGER,                 -- of a change: the document's number
    doc_id  BLOB,                    -- of a verdict: the document, which may have nothing in the log
    hash    BLOB,                    -- of a verdict: the change; of a certificate: its hash
    device  BLOB,                    -- whom a verdict or certificate is for
    verdict INTEGER,
    reason  INTEGER,
    running BLOB NOT NULL            -- first 8 bytes of the running hash
) STRICT;
CREATE INDEX log_device ON log (device, lsn) WHERE kind <> 1;

CREATE TABLE doc (
    id       INTEGER PRIMARY KEY,
    doc_id   BLOB NOT NULL UNIQUE,
    site     TEXT NOT NULL,
    item     BLOB,                   -- item and round: a record; ulid: a finding
    round    BLOB,
    ulid     BLOB,
    heads    BLOB NOT NULL,          -- 32 bytes each, ascending
    actors   INTEGER NOT NULL,
    changes  INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    last_lsn INTEGER NOT NULL
) STRICT;
CREATE INDEX doc_scope ON doc (round, last_lsn);
CREATE INDEX doc_site ON doc (site, round);

-- An actor stands here once its registration and a certificate of the same device key and person are known.
CREATE TABLE actor (
    id           INTEGER PRIMARY KEY,
    actor        BLOB NOT NULL UNIQUE,
    person       BLOB NOT NULL,
    device_key   BLOB NOT NULL,
    registration BLOB NOT NULL
) STRICT;

CREATE TABLE change (
    lsn       INTEGER PRIMARY KEY,
    doc       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    actor     INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    max_op    INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    late      INTEGER NOT NULL,      -- 1: accepted after its round was closed
    clock     BLOB NOT NULL,
    signature BLOB NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (doc, hash),
    UNIQUE (doc, actor, seq)
) STRICT;

-- Changes that are not in the log: waiting for what they depend on, or kept aside.
CREATE TABLE waiting (
    id          INTEGER PRIMARY KEY,
    doc_id      BLOB NOT NULL,
    hash        BLOB NOT NULL,
    site        TEXT NOT NULL,
    item        BLOB,
    round       BLOB,
    ulid        BLOB,
    actor       BLOB NOT NULL,
    person      BLOB,                -- the author and their device, once the registration is known
    device      BLOB,
    carrier     BLOB NOT NULL,       -- the device that brought it
    state       INTEGER NOT NULL,    -- 3 pending, 4 parked, as verdicts are numbered
    reason      INTEGER NOT NULL,
    missing     BLOB NOT NULL,       -- hashes that a pending one waits for, 32 bytes each
    start_op    INTEGER NOT NULL,    -- what depends on another has a greater one
    body        BLOB NOT NULL,
    signature   BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (doc_id, hash)
) STRICT;
CREATE INDEX waiting_person ON waiting (person);
CREATE INDEX waiting_actor ON waiting (actor);
CREATE INDEX waiting_unregistered ON waiting (carrier) WHERE person IS NULL;

CREATE TABLE refused (
    doc_id     BLOB NOT NULL,
    hash       BLOB NOT NULL,
    reason     INTEGER NOT NULL,
    actor      BLOB,
    refused_at INTEGER NOT NULL,
    PRIMARY KEY (doc_id, hash)
) STRICT, WITHOUT ROWID;

-- A cache: the document up to a position, where that is shorter than its changes one by one.
CREATE TABLE snapshot (
    doc  INTEGER PRIMARY KEY,
    lsn  INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- Counts the changes of what the reference data is made of, so that it is made anew only then.
CREATE TABLE reference (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO reference VALUES (1, 1);
CREATE TRIGGER region_insert_reference AFTER INSERT ON region BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER region_update_reference AFTER UPDATE ON region BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER region_delete_reference AFTER DELETE ON region BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER site_insert_reference AFTER INSERT ON site BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER site_update_reference AFTER UPDATE ON site BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER site_delete_reference AFTER DELETE ON site BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER item_insert_reference AFTER INSERT ON item BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER item_update_reference AFTER UPDATE ON item BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER item_delete_reference AFTER DELETE ON item BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER round_insert_reference AFTER INSERT ON round BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER round_update_reference AFTER UPDATE ON round BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER round_delete_reference AFTER DELETE ON round BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_insert_reference AFTER INSERT ON person BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_update_reference AFTER UPDATE ON person BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_delete_reference AFTER DELETE ON person BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_role_insert_reference AFTER INSERT ON person_role BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_role_update_reference AFTER UPDATE ON person_role BEGIN UPDATE reference SET version = version + 1; END;
CREATE TRIGGER person_role_delete_reference AFTER DELETE ON person_role BEGIN UPDATE reference SET version = version + 1; END;
