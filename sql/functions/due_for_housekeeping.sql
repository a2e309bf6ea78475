CREATE OR REPLACE FUNCTION ivr.due_for_housekeeping(p_work text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    ages ivr.history_settings := (SELECT s FROM ivr.history_settings AS s);
BEGIN
    IF p_work = 'pseudonymise' AND ages.pseudonymise_after IS NOT NULL THEN
        RETURN QUERY
        SELECT c.call_id
        FROM ivr.calls_older_than(ages.pseudonymise_after) AS old (call_id) JOIN ivr.calls AS c USING (call_id)
        WHERE c.direction IS DISTINCT FROM 'outbound' AND ivr.is_personal(c.from_number)
           OR c.direction IS DISTINCT FROM 'inbound' AND ivr.is_personal(c.to_number);
    ELSIF p_work = 'purge' AND ages.purge_after IS NOT NULL THEN
        RETURN QUERY SELECT * FROM ivr.calls_older_than(ages.purge_after);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.due_for_housekeeping(text) IS
    'The calls that ivr.housekeep() has to pseudonymise or purge, by the ages in ivr.history_settings, the oldest first.';
