CREATE OR REPLACE FUNCTION ivr.purge_calls(p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    removed bigint;
BEGIN
    PERFORM ivr.lock_calls(p_call_ids);
    PERFORM ivr.remove_rejections(p_call_ids, '{}');
    DELETE FROM ivr.traces WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.enrichments WHERE call_id = ANY (p_call_ids);
    -- On a shard they are copies of what the router has, which removes it.
    DELETE FROM ivr.callback_requests WHERE call_id = ANY (p_call_ids) AND NOT ivr.is_shard();
    DELETE FROM ivr.dealt_with WHERE call_id = ANY (p_call_ids) AND NOT ivr.is_shard();
    DELETE FROM ivr.code_tries WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.ai_requests WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.reconciliations WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.notices WHERE of_call = ANY (p_call_ids);
    DELETE FROM ivr.event_repeats WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.answers WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.call_events WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.calls WHERE call_id = ANY (p_call_ids);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.purge_calls(text[]) IS
    'Removes these calls with all that is known of them: events, answers, AI sections, requests taken again, traces, tries to tell subscribers of them. Returns how many. Their writers wait until the transaction ends; of more than a thousand, the writers of all calls: see ivr.purge().';
