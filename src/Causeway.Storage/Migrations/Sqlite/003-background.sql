-- "turn": of the effects that share one, one runs at a time. "needs": only who holds the lease of this name may run it. "since": when it was first to run
-- since it was last done. "awaits": when something below this resource goes, it is tried at once. "set_at": the store's clock when "due" was reckoned from it; null when the due time was given.
ALTER TABLE effects ADD COLUMN turn TEXT NOT NULL DEFAULT '';
ALTER TABLE effects ADD COLUMN needs TEXT;
ALTER TABLE effects ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE effects ADD COLUMN awaits TEXT;
ALTER TABLE effects ADD COLUMN set_at INTEGER;
UPDATE effects SET turn = name, since = due;
CREATE UNIQUE INDEX effects_turns ON effects (turn) WHERE lease IS NOT NULL;
CREATE INDEX effects_awaiting ON effects (awaits) WHERE awaits IS NOT NULL;
CREATE INDEX effects_set ON effects (set_at) WHERE lease IS NULL AND set_at IS NOT NULL;
DROP INDEX effects_waiting;
CREATE INDEX effects_waiting ON effects (kind, due) WHERE lease IS NULL;

-- One process has the file, so leases live in its memory.
DROP TABLE leases;

-- What a resource waits for, as its workflow derives it from the state. Gone with the resource.
CREATE TABLE wake_ups (
    key  TEXT NOT NULL,
    name TEXT NOT NULL,
    due  INTEGER NOT NULL,
    PRIMARY KEY (key, name)
) WITHOUT ROWID;
CREATE INDEX wake_ups_due ON wake_ups (due);

-- What is actually so, as somebody saw it last. No journal: the newest only.
CREATE TABLE observations (
    key      TEXT PRIMARY KEY,
    at       INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    revision TEXT NOT NULL,
    body     BLOB NOT NULL
) WITHOUT ROWID;
