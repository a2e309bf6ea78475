CREATE OR REPLACE FUNCTION ivr.housekeep_calls(p_work text, p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    age interval := (SELECT CASE p_work WHEN 'pseudonymise' THEN pseudonymise_after WHEN 'purge' THEN purge_after END
                     FROM ivr.history_settings);
    -- Whoever may call this may choose calls, and must not choose their age.
    ids text[] := ARRAY(
        SELECT c.call_id
        FROM ivr.calls AS c
        WHERE c.call_id = ANY (p_call_ids)
          AND (c.started_at < now() - age OR c.started_at > now() + interval '1 day')
          AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id AND e.received_at >= now() - age)
          AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id AND a.answered_at >= now() - age));
BEGIN
    RETURN CASE p_work WHEN 'pseudonymise' THEN ivr.pseudonymise_calls(ids) WHEN 'purge' THEN ivr.purge_calls(ids) END;
END;
$$;
COMMENT ON FUNCTION ivr.housekeep_calls(text, text[]) IS
    'Pseudonymises or purges those of these calls that are old enough by ivr.history_settings; returns how many.';
