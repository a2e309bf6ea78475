CREATE OR REPLACE PROCEDURE ivr.purge(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 200)
LANGUAGE plpgsql
AS $$
DECLARE
    age interval := coalesce(p_older_than, (SELECT purge_after FROM ivr.history_settings));
    ids text[] := '{}';
    id  text;
BEGIN
    IF age IS NULL THEN
        RETURN;
    END IF;
    FOR id IN SELECT * FROM ivr.calls_older_than(age) LOOP
        ids := ids || id;
        IF cardinality(ids) >= p_batch THEN
            PERFORM ivr.purge_calls(ids);
            COMMIT;
            ids := '{}';
        END IF;
    END LOOP;
    PERFORM ivr.purge_calls(ids);
    COMMIT;

    WHILE ivr.purge_rest(age, p_batch) LOOP
        COMMIT;
    END LOOP;
    COMMIT;
END;
$$;
COMMENT ON PROCEDURE ivr.purge(interval, integer) IS
    'Removes whole calls of which everything is older than this (history_settings.purge_after), and rejected requests and answers without a call of that age, in transactions of p_batch calls: CALL ivr.purge(''2 years''). Null there and here: removes nothing.';
