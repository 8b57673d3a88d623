-- The view: folded from the log in the same transaction, and dropped and folded anew at will.

-- One row for every put ever accepted; superseded rows stay. The gate reads it as well.
CREATE TABLE field (
    doc     INTEGER NOT NULL,
    key     TEXT NOT NULL,
    counter INTEGER NOT NULL,
    actor   INTEGER NOT NULL,
    lsn     INTEGER NOT NULL,        -- of the change that brought it
    visible INTEGER NOT NULL,
    kind    INTEGER NOT NULL,        -- 0 null, 1 bool, 2 int, 3 decimal, 4 text, 5 bytes
    value   ANY,
    PRIMARY KEY (doc, key, counter, actor)
) STRICT, WITHOUT ROWID;

-- One row a record or finding: what lists and counts read.
CREATE TABLE summary (
    doc      INTEGER PRIMARY KEY,
    site     TEXT NOT NULL,
    item     BLOB,
    round    BLOB,
    answers  INTEGER NOT NULL,       -- visible answers that are not cleared
    disputed INTEGER NOT NULL,       -- keys in dispute
    signed   INTEGER NOT NULL,       -- sign-offs that are current
    voided   INTEGER NOT NULL,
    done     INTEGER NOT NULL,       -- 1: it holds an answer and is not voided
    plain    INTEGER NOT NULL,       -- 1: no sign-off, review, void or instance, so a change can be counted by itself
    review   TEXT,
    last_at  INTEGER NOT NULL,
    lsn      INTEGER NOT NULL        -- the log position it stands at
) STRICT;
CREATE INDEX summary_tally ON summary (round, site, item, done, disputed, signed);
