CREATE OR REPLACE PROCEDURE ivr.pseudonymise(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 200)
LANGUAGE plpgsql
AS $$
DECLARE
    age interval := coalesce(p_older_than, (SELECT pseudonymise_after FROM ivr.history_settings));
    ids text[] := '{}';
    id  text;
BEGIN
    IF age IS NULL THEN
        RETURN;
    END IF;
    FOR id IN
        SELECT c.call_id
        FROM ivr.calls_older_than(age) AS old (call_id) JOIN ivr.calls AS c USING (call_id)
        WHERE c.direction IS DISTINCT FROM 'outbound' AND ivr.is_personal(c.from_number)
           OR c.direction IS DISTINCT FROM 'inbound' AND ivr.is_personal(c.to_number)
    LOOP
        ids := ids || id;
        IF cardinality(ids) >= p_batch THEN
            PERFORM ivr.pseudonymise_calls(ids);
            COMMIT;
            ids := '{}';
        END IF;
    END LOOP;
    PERFORM ivr.pseudonymise_calls(ids);
    COMMIT;
    WHILE ivr.pseudonymise_rest(age, p_batch) LOOP
        COMMIT;
    END LOOP;
    COMMIT;
END;
$$;
COMMENT ON PROCEDURE ivr.pseudonymise(interval, integer) IS
    'Puts pseudonyms in the place of callers'' numbers in calls, rejected requests and answers without a call of which everything is older than this (history_settings.pseudonymise_after), in transactions of p_batch calls: CALL ivr.pseudonymise(''90 days''). Your own numbers stay. Null there and here: changes nothing.';
