-- What the office prepares, and who may do what. Times are seconds since 1970, ids are blobs of 16 bytes.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,  -- programme, log, epoch, server_key, zone, port, served_url, fingerprint, backup_lsn
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE region (
    code   TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    parent TEXT,
    level  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX region_parent ON region (parent);

-- A site keeps its id for ever; its code is where it stands today.
CREATE TABLE site (
    site TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    id      BLOB PRIMARY KEY,
    handle  TEXT NOT NULL UNIQUE,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    place   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE round (
    id         BLOB PRIMARY KEY,
    handle     TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,          -- assessment, spot-check, dispatch
    from_day   TEXT NOT NULL,          -- days in the programme's time zone, both included
    cutoff_day TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'open',  -- open, closed, closed-by-force
    closed_at  INTEGER,
    closed_lsn INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    id         BLOB PRIMARY KEY,
    handle     TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL DEFAULT '',
    added_at   INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE person_role (
    person BLOB NOT NULL REFERENCES person (id),
    role   TEXT NOT NULL,
    area   TEXT NOT NULL,
    PRIMARY KEY (person, role, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id          BLOB PRIMARY KEY,
    key         BLOB NOT NULL UNIQUE,  -- ed25519, 32 bytes
    enrolled_at INTEGER NOT NULL,
    last_sync   INTEGER,
    revoked_at  INTEGER
) STRICT, WITHOUT ROWID;

-- Tokens are kept as SHA-256 only. A token belongs to one person on one device.
CREATE TABLE token (
    hash    BLOB PRIMARY KEY,
    device  BLOB NOT NULL REFERENCES device (id),
    person  BLOB NOT NULL REFERENCES person (id),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX token_holder ON token (device, person);

CREATE TABLE certificate (
    device_key BLOB NOT NULL,
    person     BLOB NOT NULL REFERENCES person (id),
    serial     INTEGER NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    bytes      BLOB NOT NULL,
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (device_key, person, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
    instance BLOB PRIMARY KEY,
    device   BLOB NOT NULL,
    number   INTEGER NOT NULL,
    nonce    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invite (
    code_hash  BLOB PRIMARY KEY,
    person     BLOB NOT NULL REFERENCES person (id),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    used_key   BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
    code_hash  BLOB PRIMARY KEY,
    person     BLOB NOT NULL REFERENCES person (id),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person     BLOB NOT NULL REFERENCES person (id),
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
