CREATE OR REPLACE FUNCTION ivr.gathered_digits(p_places integer[], p_call_ids text[], p_asked_steps integer[])
RETURNS TABLE (place integer, digits text, gathered_digest bytea, answered boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.place, g.digits, g.digest, q.response IS NOT NULL
    FROM unnest(p_places, p_call_ids, p_asked_steps) AS t (place, call_id, step)
    CROSS JOIN LATERAL ivr.question(t.call_id, t.step, false) AS q
    LEFT JOIN LATERAL (
        SELECT * FROM ivr.gathered(t.call_id, coalesce(q.asked_step, 0)) LIMIT 1
    ) AS g ON true;
END;
$$;
COMMENT ON FUNCTION ivr.gathered_digits(integer[], text[], integer[]) IS
    'What redirects that wait for their digit ask every few tens of milliseconds, all of them at once. Arguments, one element for each: a number by which the caller knows it, the call, and the step whose redirect is followed (null: the newest). Returns for each its number; the digits and the digest of its call.gathered, both null as long as it is not stored, digits empty for none; and whether this very question has been answered meanwhile: then ivr.call_states() tells what. Locks nothing.';
