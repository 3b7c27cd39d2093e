-- "trace": who asked for it, as a W3C traceparent, so that what is done about it, perhaps later and on another node, is part of the same trace. Null where nobody
-- traces.
ALTER TABLE effects ADD COLUMN trace text;
ALTER TABLE resources ADD COLUMN trace text;
