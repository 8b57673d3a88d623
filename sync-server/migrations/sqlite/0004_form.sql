-- Compiled forms by their hash, kept for ever: a record names the one that it began with.
-- `place` counts the imports: of two forms that one record names, the first governs.
CREATE TABLE form (
    place    INTEGER PRIMARY KEY,
    hash     BLOB NOT NULL UNIQUE,
    bytes    BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- Which form an item has in a round; the greatest version holds. An empty round stands for rounds that are opened later.
CREATE TABLE item_form (
    item    BLOB NOT NULL REFERENCES item (id),
    round   BLOB NOT NULL,
    version INTEGER NOT NULL,
    form    BLOB NOT NULL REFERENCES form (hash),
    set_at  INTEGER NOT NULL,
    PRIMARY KEY (item, round, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER item_form_insert_reference AFTER INSERT ON item_form BEGIN UPDATE reference SET version = version + 1; END;
