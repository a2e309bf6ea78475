CREATE OR REPLACE FUNCTION ivr.calls_to_reconcile(p_most integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    taken text[];
BEGIN
    -- Held until the session ends: of two runs at once the second one has nothing to do.
    IF NOT pg_try_advisory_lock(ivr.lock_key('minivoice-reconcile')) THEN
        RETURN NULL;
    END IF;
    -- What is open and overdue first; then what ivr.infer_closings() has closed in the last week, which together are the
    -- ends of ivr.expected_not_observed; then a few of those that ended in the last hours, always the same sixteenth.
    WITH due AS (
        SELECT call_id, 1 AS turn, last_heard_at AS since FROM ivr.stuck_calls
        UNION ALL
        SELECT call_id, 2, started_at FROM ivr.calls WHERE inferred AND started_at > now() - interval '7 days'
        UNION ALL
        (SELECT call_id, 3, closed_at FROM ivr.calls
         WHERE started_at > now() - interval '12 hours' AND closed_at > now() - interval '6 hours' AND NOT inferred
           AND hashtext(call_id) & 15 = 0
           AND call_id NOT IN (SELECT call_id FROM ivr.test_calls)
           AND call_id NOT IN (SELECT call_id FROM ivr.reconciliations)
         ORDER BY closed_at DESC
         LIMIT 10)
    ), chosen AS (
        SELECT due.call_id, due.turn, due.since
        FROM due
        LEFT JOIN ivr.reconciliations AS r ON r.call_id = due.call_id
        WHERE coalesce(r.ask_again_at, '-infinity') <= clock_timestamp()
        ORDER BY due.turn, due.since
        LIMIT least(greatest(p_most, 0), 10000)
    ), claimed AS (
        INSERT INTO ivr.reconciliations AS r (call_id, outcome, ask_again_at)
        SELECT call_id, 'asking', clock_timestamp() + interval '10 minutes' FROM chosen
        ON CONFLICT (call_id) DO UPDATE SET outcome = excluded.outcome, ask_again_at = excluded.ask_again_at
    )
    SELECT coalesce(array_agg(call_id ORDER BY turn, since), '{}') INTO taken FROM chosen;
    RETURN taken;
END;
$$;
COMMENT ON FUNCTION ivr.calls_to_reconcile(integer) IS
    'The calls that the platform should be asked for now, at most so many, those that wait longest first: open ones of which nothing is heard any more (ivr.stuck_calls), ones whose end was only inferred, and a sample of those that ended in the last hours. None is returned before its reconciliations.ask_again_at, which this puts ten minutes ahead. Null while another session that has asked this is still connected.';
