-- Forms by their hash, kept for ever: a record names the one that it began with, and forms never change.
CREATE TABLE form (
    hash     BLOB PRIMARY KEY,
    imported INTEGER NOT NULL,           -- its place among all imports
    bytes    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Which form new records of an item begin with in a round.
CREATE TABLE item_form (
    item  BLOB NOT NULL,
    round BLOB NOT NULL,
    form  BLOB NOT NULL,
    part  INTEGER NOT NULL REFERENCES part (id),
    PRIMARY KEY (item, round)
) STRICT, WITHOUT ROWID;
