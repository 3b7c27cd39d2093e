-- What meters are computed from, by resource and then in order: the row number ends every index.
CREATE INDEX journal_facts ON journal (key) WHERE length(facts) > 0 OR to_state = '';

-- Finished operations, oldest first, for their removal.
CREATE INDEX operations_finished ON operations (finished) WHERE finished IS NOT NULL;
