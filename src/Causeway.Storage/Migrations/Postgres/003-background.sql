-- The store's clock: UTC ticks (100 ns since 0001-01-01). What waits, runs or is held is judged by this clock alone; no node's clock enters.
CREATE FUNCTION causeway_now() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 10000000)::bigint + 621355968000000000
$$;

-- For how long a node has had its present session, in ticks; null when it has none (then it is dead, or away).
CREATE FUNCTION causeway_session_age(node integer) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp() - a.backend_start) * 10000000)::bigint
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.classid = 1668768121 AND l.objid = node::oid AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    LIMIT 1
$$;

-- "turn": of the effects that share one, one runs at a time. "needs": only the node that holds the lease of this name may run it. "since": when it was first
-- to run since it was last done. "awaits": when something below this resource goes, it is tried at once. "set_at": the store's clock when "due" was reckoned from it; null when the due time was given.
ALTER TABLE effects
    ADD COLUMN turn text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN needs text COLLATE "C",
    ADD COLUMN since bigint NOT NULL DEFAULT 0,
    ADD COLUMN awaits text COLLATE "C",
    ADD COLUMN set_at bigint;
UPDATE effects SET turn = name, since = due;
UPDATE effects SET node = NULL WHERE node < 0;
CREATE UNIQUE INDEX effects_turns ON effects (turn) WHERE lease IS NOT NULL;
CREATE INDEX effects_awaiting ON effects (awaits) WHERE awaits IS NOT NULL;
CREATE INDEX effects_set ON effects (set_at) WHERE lease IS NULL AND set_at IS NOT NULL;
DROP INDEX effects_waiting;
CREATE INDEX effects_waiting ON effects (kind, due) WHERE lease IS NULL;

-- Who holds a lease, and for the how manyeth holder it is (the epoch rises with each change of holder, so a row is never deleted). Holder '': nobody.
ALTER TABLE leases ADD COLUMN epoch bigint NOT NULL DEFAULT 1, ADD COLUMN node integer;

-- What a resource waits for, as its workflow derives it from the state. Gone with the resource.
CREATE TABLE wake_ups (
    key  text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    due  bigint NOT NULL,
    PRIMARY KEY (key, name)
);
CREATE INDEX wake_ups_due ON wake_ups (due);

-- What is actually so, as somebody saw it last. No journal: the newest only.
CREATE TABLE observations (
    key      text COLLATE "C" PRIMARY KEY,
    at       bigint NOT NULL,
    epoch    bigint NOT NULL,
    revision text NOT NULL,
    body     bytea NOT NULL
) WITH (fillfactor = 70);
