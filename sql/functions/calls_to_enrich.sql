CREATE OR REPLACE FUNCTION ivr.calls_to_enrich(p_most integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    taken text[];
BEGIN
    WITH recorded AS (
        SELECT DISTINCT call_id FROM ivr.call_events
        WHERE event = 'recording.completed' AND received_at > now() - interval '3 days'
    ), chosen AS (
        SELECT c.call_id, c.closed_at
        FROM recorded
        JOIN ivr.calls AS c USING (call_id)
        LEFT JOIN ivr.ai_requests AS a USING (call_id)
        WHERE c.closed_at IS NOT NULL AND coalesce(a.ask_again_at, '-infinity') <= clock_timestamp()
          AND c.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
        ORDER BY c.closed_at
        LIMIT least(greatest(p_most, 0), 10000)
    ), claimed AS (
        INSERT INTO ivr.ai_requests AS a (call_id, ask_again_at)
        SELECT call_id, clock_timestamp() + interval '10 minutes' FROM chosen
        ON CONFLICT (call_id) DO UPDATE
        SET asked = a.asked + 1, asked_at = clock_timestamp(),
            ask_again_at = clock_timestamp() + least(interval '10 minutes' * 2 ^ least(a.asked, 6), interval '6 hours')
    )
    SELECT coalesce(array_agg(call_id ORDER BY closed_at), '{}') INTO taken FROM chosen;
    RETURN taken;
END;
$$;
COMMENT ON FUNCTION ivr.calls_to_enrich(integer) IS
    'The calls of whose AI results the platform should be asked now, at most so many, the oldest first: those that have ended and whose recording was completed in the last three days. Each is returned again after ten minutes, then after longer and longer, until ivr.store_ai() has all its sections.';
