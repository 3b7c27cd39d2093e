-- The same tables as for SQLite. Times are UTC ticks (100 ns since 0001-01-01), exact as TimeProvider gave them. Keys are resource ids in lower
-- case, compared byte by byte (COLLATE "C"). "n" numbers a resource for its claims and labels: small, and ascending.
CREATE TABLE resources (
    n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key      text COLLATE "C" NOT NULL CONSTRAINT resources_key UNIQUE,
    id       text NOT NULL,
    type     text NOT NULL,
    location text NOT NULL,
    tags     text,
    revision bigint NOT NULL,
    etag     uuid NOT NULL,
    state    text NOT NULL,
    created  bigint NOT NULL,
    changed  bigint NOT NULL,
    body     bytea NOT NULL
);
CREATE INDEX resources_by_type ON resources (lower(type), key);

CREATE TABLE claims (
    key   text COLLATE "C" PRIMARY KEY,
    owner bigint NOT NULL
);
CREATE INDEX claims_by_owner ON claims (owner);

CREATE TABLE labels (
    label    text NOT NULL,
    key      text COLLATE "C" NOT NULL,
    resource bigint NOT NULL,
    PRIMARY KEY (label, key)
);
CREATE INDEX labels_by_resource ON labels (resource);

CREATE TABLE operations (
    id       uuid PRIMARY KEY,
    resource text NOT NULL,
    kind     text NOT NULL,
    caller   text NOT NULL,
    status   smallint NOT NULL,
    started  bigint NOT NULL,
    finished bigint,
    error    text,
    result   bytea
);

-- An effect waits (lease is null, due says for when) or runs (leased until then). What is asked while it runs is kept in the same row.
CREATE TABLE effects (
    name              text COLLATE "C" PRIMARY KEY,
    kind              text NOT NULL,
    key               text COLLATE "C" NOT NULL,
    resource          text NOT NULL,
    body              bytea NOT NULL,
    due               bigint NOT NULL,
    generation        bigint NOT NULL,
    attempts          integer NOT NULL,
    lease             uuid,
    leased_until      bigint,
    leased_generation bigint,
    problem           text
);
CREATE INDEX effects_waiting ON effects (due) WHERE lease IS NULL;
CREATE INDEX effects_running ON effects (leased_until) WHERE lease IS NOT NULL;

-- Append-only. Positions are taken from journal_head, whose one row stays locked until the commit that took them is visible: a reader that has
-- seen position p has seen everything before it. (A sequence would not do: its numbers become visible out of order.)
CREATE TABLE journal (
    position    bigint PRIMARY KEY,
    at          bigint NOT NULL,
    actor       text NOT NULL,
    key         text COLLATE "C" NOT NULL,
    resource    text NOT NULL,
    type        text NOT NULL,
    signal      text NOT NULL,
    from_state  text NOT NULL,
    to_state    text NOT NULL,
    why         text NOT NULL,
    revision    bigint NOT NULL,
    facts       bytea,
    correlation text
);
CREATE INDEX journal_by_resource ON journal (key, position);

CREATE TABLE journal_head (position bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO journal_head VALUES (0);

CREATE TABLE leases (
    name   text COLLATE "C" PRIMARY KEY,
    holder text NOT NULL,
    until  bigint NOT NULL
);

CREATE TABLE settings (
    key   text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- Ends the transaction unless as many rows were met as the commit expects. The code is ours, so that it is known from every other error.
CREATE FUNCTION causeway_expect(met bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF met <> wanted THEN
        RAISE EXCEPTION 'refused: % of % expectations met', met, wanted USING ERRCODE = 'CW001';
    END IF;
END $$;
