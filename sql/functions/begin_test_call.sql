CREATE OR REPLACE FUNCTION ivr.begin_test_call()
RETURNS TABLE (call_id text, created text, question text, choice text, completed text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    id    text := 'minivoice-check-' || replace(gen_random_uuid()::text, '-', '');
    event text := '{"event":"call.%s","created_at":"%s","call":{"id":"%s","status":"%s","direction":"inbound"},"variables":{},"data":{}}';
    stamp text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
    made  text[];
BEGIN
    -- Whoever is ivr_app cannot fill the disk with marks.
    IF (SELECT count(*) >= 120 FROM ivr.test_calls WHERE begun_at > now() - interval '1 hour') THEN
        RETURN;
    END IF;
    made := ARRAY[format(event, 'created', stamp, id, 'in_progress'), format('{"call":{"id":"%s"}}', id),
                  format('{"call":{"id":"%s"},"digits":"1"}', id), format(event, 'completed', stamp, id, 'completed')];
    PERFORM ivr.mark_test_call(id, made);
    RETURN QUERY SELECT id, made[1], made[2], made[3], made[4];
END;
$$;
COMMENT ON FUNCTION ivr.begin_test_call() IS
    'Marks a call that is about to be played by minivoice-check, under an id that it makes by chance, so that no real call can be marked. Returns the id and what to send: call.created, the question that answer gets, the one that the redirect leads to, with a digit, and call.completed. No row when 120 were marked in the last hour.';
