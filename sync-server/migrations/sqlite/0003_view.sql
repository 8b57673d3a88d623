-- The view: folded from the log in the same transaction, and rebuilt from it at will.

-- One row for every put ever accepted; superseded rows stay. The gate reads it as well.
CREATE TABLE field (
    doc     INTEGER NOT NULL,
    key     TEXT NOT NULL,
    counter INTEGER NOT NULL,
    actor   INTEGER NOT NULL,
    kind    INTEGER NOT NULL,        -- 0 null, 1 bool, 2 int, 3 decimal, 4 text, 5 bytes
    value   ANY,
    change  INTEGER NOT NULL,
    visible INTEGER NOT NULL,
    PRIMARY KEY (doc, key, counter, actor)
) STRICT, WITHOUT ROWID;

-- One row a record or finding: what lists and counts read.
CREATE TABLE summary (
    doc      INTEGER PRIMARY KEY,
    answers  INTEGER NOT NULL,       -- visible answers that are not cleared
    disputed INTEGER NOT NULL,       -- keys in dispute
    signed   INTEGER NOT NULL,       -- sign-offs that are current
    voided   INTEGER NOT NULL,
    review   TEXT,
    last_at  INTEGER NOT NULL,
    lsn      INTEGER NOT NULL        -- the log position it stands at
) STRICT;
