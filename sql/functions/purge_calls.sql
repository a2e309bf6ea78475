CREATE OR REPLACE FUNCTION ivr.purge_calls(p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    removed bigint;
BEGIN
    IF cardinality(p_call_ids) <= 1000 THEN
        PERFORM ivr.lock_call(id) FROM (SELECT DISTINCT id FROM unnest(p_call_ids) AS id ORDER BY id) AS in_order;
    ELSE
        -- So many locks would not fit: programs wait until this is done.
        LOCK TABLE ivr.call_events, ivr.answers, ivr.calls IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    DELETE FROM ivr.rejected_requests WHERE reingested_call_id = ANY (p_call_ids);
    DELETE FROM ivr.enrichments WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.event_repeats WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.answers WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.call_events WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.calls WHERE call_id = ANY (p_call_ids);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.purge_calls(text[]) IS
    'Removes these calls with all that is known of them: events, answers, AI sections, requests taken again. Returns how many.';
