CREATE OR REPLACE FUNCTION ivr.ask_callbacks(p_call_ids text[], p_answers jsonb[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    asked record;
BEGIN
    -- A shard has copies of what the router has, which does it.
    IF ivr.is_shard() THEN
        RETURN;
    END IF;
    FOR asked IN
        SELECT t.call_id, split_part(a ->> 'menu', ':', 2) AS department, a ->> 'callback' AS number,
               nullif(coalesce(a ->> 'from_number', (SELECT c.from_number FROM ivr.calls AS c WHERE c.call_id = t.call_id)), '') AS caller,
               coalesce((a ->> 'answered_at')::timestamptz, clock_timestamp()) AS at
        FROM unnest(p_call_ids, p_answers) AS t (call_id, a)
        WHERE a ? 'callback' AND t.call_id IS NOT NULL
        ORDER BY a ->> 'callback' COLLATE "C"
    LOOP
        -- Two calls of one person take turns. Who shows no number is known by the one that is to be called.
        PERFORM pg_advisory_xact_lock(ivr.lock_key('callback ' || asked.number));
        UPDATE ivr.callback_requests AS r
        SET number = asked.number, times = r.times + 1, caller = coalesce(r.caller, asked.caller)
        WHERE r.department = asked.department AND r.done_at IS NULL AND r.call_id <> asked.call_id
          AND (r.number = asked.number OR asked.caller ~ '^\+[0-9]+$' AND r.caller = asked.caller);
        IF NOT FOUND THEN
            INSERT INTO ivr.callback_requests (call_id, department, number, caller, asked_at)
            VALUES (asked.call_id, asked.department, asked.number, asked.caller, asked.at)
            ON CONFLICT (call_id, department) DO UPDATE SET number = excluded.number;
        END IF;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr.ask_callbacks(text[], jsonb[]) IS
    'Notes who is to be called back, as answers tell it. Of one caller and department there is one that is open: who asks again changes its number.';
