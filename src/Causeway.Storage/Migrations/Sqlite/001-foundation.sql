-- Times are UTC ticks (100 ns since 0001-01-01), exact as TimeProvider gave them. Keys are resource ids in lower case.
-- "n" numbers a resource for its claims and labels: small, and ascending, so that their indexes grow at one end.
CREATE TABLE resources (
    n        INTEGER PRIMARY KEY,
    key      TEXT NOT NULL UNIQUE,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL COLLATE NOCASE,
    location TEXT NOT NULL,
    tags     TEXT,
    revision INTEGER NOT NULL,
    etag     BLOB NOT NULL,
    state    TEXT NOT NULL,
    created  INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    body     BLOB NOT NULL
);
CREATE INDEX resources_by_type ON resources (type, key);

CREATE TABLE claims (
    key   TEXT PRIMARY KEY,
    owner INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX claims_by_owner ON claims (owner);

CREATE TABLE labels (
    label    TEXT NOT NULL,
    key      TEXT NOT NULL,
    resource INTEGER NOT NULL,
    PRIMARY KEY (label, key)
) WITHOUT ROWID;
CREATE INDEX labels_by_resource ON labels (resource);

CREATE TABLE operations (
    n        INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    resource TEXT NOT NULL,
    kind     TEXT NOT NULL,
    caller   TEXT NOT NULL,
    status   INTEGER NOT NULL,
    started  INTEGER NOT NULL,
    finished INTEGER,
    error    TEXT,
    result   BLOB
);

-- An effect waits (lease is null, due says for when) or runs (leased until then). What is asked while it runs is kept in the same row.
CREATE TABLE effects (
    name              TEXT PRIMARY KEY,
    kind              TEXT NOT NULL,
    key               TEXT NOT NULL,
    resource          TEXT NOT NULL,
    body              BLOB NOT NULL,
    due               INTEGER NOT NULL,
    generation        INTEGER NOT NULL,
    attempts          INTEGER NOT NULL,
    lease             BLOB,
    leased_until      INTEGER,
    leased_generation INTEGER,
    problem           TEXT
) WITHOUT ROWID;
CREATE INDEX effects_waiting ON effects (due) WHERE lease IS NULL;
CREATE INDEX effects_running ON effects (leased_until) WHERE lease IS NOT NULL;

-- Append-only: never updated, never deleted, so the row number is the position.
CREATE TABLE journal (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    key         TEXT NOT NULL,
    resource    TEXT NOT NULL,
    type        TEXT NOT NULL COLLATE NOCASE,
    signal      TEXT NOT NULL,
    from_state  TEXT NOT NULL,
    to_state    TEXT NOT NULL,
    why         TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    facts       BLOB,
    correlation TEXT
);
CREATE INDEX journal_by_resource ON journal (key);

CREATE TABLE leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
