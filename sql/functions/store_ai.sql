CREATE OR REPLACE FUNCTION ivr.store_ai(p_call_id text, p_sections jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    stored integer;
BEGIN
    PERFORM FROM ivr.ai_requests WHERE call_id = p_call_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT count(*) INTO stored
    FROM jsonb_each(p_sections) AS told (section, said)
    WHERE said <> 'null' AND ivr.store_enrichment(p_call_id, section, said ->> 'status', said -> 'content') = 'stored';
    UPDATE ivr.ai_requests AS a
    SET missing = ARRAY(SELECT key FROM jsonb_each(p_sections) WHERE value = 'null' ORDER BY key COLLATE "C"),
        ask_again_at = CASE
            WHEN (SELECT count(*) FROM ivr.enrichments AS e WHERE e.call_id = p_call_id AND status IN ('completed', 'failed')) = 4 THEN 'infinity'
            ELSE ask_again_at END
    WHERE a.call_id = p_call_id;
    RETURN stored;
END;
$$;
COMMENT ON FUNCTION ivr.store_ai(text, jsonb) IS
    'Stores what the platform has of a call in the sections transcription, summary, score and topics: an object with status and content for each that is there, by ivr.store_enrichment(); null for one that is missing; a section that could not be asked for is left out. Returns how many are new. Of a call that ivr.calls_to_enrich() has not given out nothing is stored.';
