CREATE OR REPLACE FUNCTION ivr.pseudonymise_calls(p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    id      text;
    number  text;
    changed bigint := 0;
BEGIN
    PERFORM ivr.lock_calls(p_call_ids);
    -- A trace is what came, or it is nothing.
    DELETE FROM ivr.traces WHERE call_id = ANY (p_call_ids);
    FOR id IN SELECT DISTINCT known FROM unnest(p_call_ids) AS known LOOP
        FOREACH number IN ARRAY coalesce(ivr.numbers_of_person(id), '{}') LOOP
            PERFORM ivr.replace_number(id, number, ivr.pseudonym(number));
        END LOOP;
        changed := changed + FOUND::integer;
    END LOOP;
    PERFORM ivr.refresh_calls(ARRAY(SELECT DISTINCT known FROM unnest(p_call_ids) AS known));
    RETURN changed;
END;
$$;
COMMENT ON FUNCTION ivr.pseudonymise_calls(text[]) IS
    'Puts pseudonyms (see ivr.pseudonym()) in the place of the numbers of the person at the other end of these calls, everywhere: events with their bytes, answers, AI sections, and the calls themselves. Their traces go. Digests stay, so that an event that comes again is still known; they are under a key (see ivr.keyed_digest()), so that no number can be tried against them. Returns how many calls had such a number.';
