-- The second fold: what the form makes of each record. It follows the view after the commit, and is dropped and computed
-- anew at will.

-- 1: the record has changed since it was scored.
ALTER TABLE summary ADD COLUMN due INTEGER NOT NULL DEFAULT 1;
CREATE INDEX summary_due ON summary (doc) WHERE due;

-- What a record scores; a record without a form has no row.
CREATE TABLE score (
    doc     INTEGER PRIMARY KEY,
    lsn     INTEGER NOT NULL,        -- the log position that its summary had
    form    BLOB NOT NULL,
    score   REAL,
    full    REAL,
    veto    INTEGER NOT NULL,
    grade   TEXT,
    failure TEXT                     -- why nothing could be computed
) STRICT;

-- A form that an item is given governs the records that have not named theirs.
CREATE TRIGGER item_form_insert_due AFTER INSERT ON item_form BEGIN
    UPDATE summary SET due = 1 WHERE round = NEW.round AND item = NEW.item;
END;
