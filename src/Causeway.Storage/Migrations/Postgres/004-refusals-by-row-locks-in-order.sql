-- Ends the transaction, and says whose rows it was: the number of the statement in the commit, and which of its rows found not what they expect. A
-- commit of many changesets is then sent again without those few. (causeway_expect stays for nodes that have not been upgraded yet.)
CREATE FUNCTION causeway_refuse(statement integer, missed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused: % %', statement, array_to_string(missed, ' ') USING ERRCODE = 'CW001';
END $$;

-- Locks resources one after the other in the order given, which is that of their keys: nodes that need the same rows wait for each other and never in
-- a circle. Strength 1: a claim or label will name it; 2: a decision relied on it; 3: it is written; 4: it goes.
CREATE FUNCTION causeway_lock(keys text[], strengths smallint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(keys) LOOP
        CASE strengths[i]
            WHEN 1 THEN PERFORM FROM resources WHERE key = keys[i] FOR KEY SHARE;
            WHEN 2 THEN PERFORM FROM resources WHERE key = keys[i] FOR SHARE;
            WHEN 3 THEN PERFORM FROM resources WHERE key = keys[i] FOR NO KEY UPDATE;
            ELSE PERFORM FROM resources WHERE key = keys[i] FOR UPDATE;
        END CASE;
    END LOOP;
END $$;
