CREATE OR REPLACE FUNCTION ivr.housekeep_rest(p_work text, p_batch integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    ages ivr.history_settings := (SELECT s FROM ivr.history_settings AS s);
BEGIN
    RETURN CASE
        WHEN p_work = 'test' THEN ivr.remove_test_calls(p_batch) + ivr.trim_traces(p_batch)
        WHEN p_work = 'close' THEN ivr.infer_closings(p_batch => p_batch)
        WHEN p_work = 'pseudonymise' AND ages.pseudonymise_after IS NOT NULL THEN ivr.pseudonymise_rest(ages.pseudonymise_after, p_batch)::integer
        WHEN p_work = 'purge' AND ages.purge_after IS NOT NULL THEN ivr.purge_rest(ages.purge_after, p_batch)::integer
        ELSE 0
    END;
END;
$$;
COMMENT ON FUNCTION ivr.housekeep_rest(text, integer) IS
    'One batch of what needs no list of calls, by the ages in ivr.history_settings: test (calls that minivoice-check played, and traces beyond their bounds; returns how many), close (calls that were never told to have ended; returns how many), pseudonymise and purge (what belongs to no call). Call it again, in another transaction, while it returns any.';
