CREATE OR REPLACE FUNCTION ivr.check_codes(p_places integer[], p_call_ids text[], p_steps integer[], p_digits text[], p_digests text[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    try record;
BEGIN
    FOR try IN
        SELECT t.place, t.call_id, t.step, t.digits, t.digest, substr(asked.menu, 6) AS code, call.from_number AS caller,
               call.call_id IS NOT NULL AS asked
        FROM unnest(p_places, p_call_ids, p_steps, p_digits, p_digests) AS t (place, call_id, step, digits, digest)
        -- Of a call that is not known, or that was not asked, anybody may tell anything.
        LEFT JOIN ivr.answers AS asked ON asked.call_id = t.call_id AND asked.step = t.step AND starts_with(asked.menu, 'code:')
                                      AND ivr.asks_menu(asked.decision)
        LEFT JOIN ivr.calls AS call ON call.call_id = t.call_id AND call.closed_at IS NULL AND call.events > 0 AND asked.menu IS NOT NULL
        ORDER BY t.call_id COLLATE "C"
    LOOP
        place := try.place;
        IF NOT try.asked THEN
            result := 'refused';
            RETURN NEXT;
            CONTINUE;
        END IF;
        -- Callers take turns with themselves; those who show no number, with each other.
        PERFORM pg_advisory_xact_lock(ivr.lock_key('code ' || coalesce(try.caller, '')));
        result := (SELECT CASE WHEN c.opened THEN 'right' ELSE 'wrong' END FROM ivr.code_tries AS c WHERE c.call_id = try.call_id AND c.step = try.step);
        IF result IS NULL AND (
            (SELECT count(*) FROM ivr.code_tries AS c WHERE c.call_id = try.call_id AND NOT c.opened) >= 3
            OR (SELECT count(*) FROM ivr.code_tries AS c
                WHERE c.caller IS NOT DISTINCT FROM try.caller AND NOT c.opened AND c.tried_at > clock_timestamp() - interval '1 hour') >= 10) THEN
            result := 'refused';
        ELSIF result IS NULL THEN
            INSERT INTO ivr.code_tries (call_id, step, code, caller, opened)
            SELECT try.call_id, try.step, try.code, try.caller,
                   CASE WHEN try.digest IS NULL THEN ivr.opens(try.code, try.digits)
                        ELSE coalesce((SELECT ivr.pressed(e.payload) = 'right' FROM ivr.call_events AS e
                                       WHERE e.call_id = try.call_id AND e.digest = try.digest::bytea), false) END
            RETURNING CASE WHEN opened THEN 'right' ELSE 'wrong' END INTO result;
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr.check_codes(integer[], text[], integer[], text[], text[]) IS
    'Whether codes open. Arguments, one element for each try: a number by which the caller knows it, the call, the step that asked for the code, and what the request told, or the digest of the call.gathered, of which the judgement is known. Returns right, wrong, or refused: after three wrong tries in a call or ten of a caller in an hour, whatever is tried then; and of a call that the platform has told nothing of, is over or was not asked. A try counts once, however often it is asked about.';
