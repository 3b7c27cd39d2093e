-- What meters are computed from, by resource and then in order.
CREATE INDEX journal_facts ON journal (key, position) WHERE length(facts) > 0 OR to_state = '';

-- Finished operations, oldest first, for their removal.
CREATE INDEX operations_finished ON operations (finished) WHERE finished IS NOT NULL;

-- Which node runs an effect: a number that the node holds as an advisory lock for as long as its session lives.
CREATE SEQUENCE causeway_nodes AS integer CYCLE;
ALTER TABLE effects ADD COLUMN node integer;
