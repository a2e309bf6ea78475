CREATE OR REPLACE FUNCTION ivr.store_enrichment(p_call_id text, p_section text, p_status text, p_content jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    INSERT INTO ivr.enrichments AS e (call_id, section, status, content)
    VALUES (p_call_id, p_section, p_status, p_content)
    ON CONFLICT (call_id, section) DO UPDATE
    SET status = excluded.status, content = excluded.content, received_at = excluded.received_at
    WHERE (e.status, e.content) IS DISTINCT FROM (excluded.status, excluded.content)
      AND (e.status <> 'completed' OR excluded.status = 'completed');
    RETURN CASE WHEN FOUND THEN 'stored' ELSE 'kept' END;
END;
$$;
COMMENT ON FUNCTION ivr.store_enrichment(text, text, text, jsonb) IS
    'Stores what the platform''s AI says in one section of a call, or what state it is in: transcription, summary, score or topics. Returns stored, or kept when that is known already or a completed section is there: a completed one is replaced by a completed one only. The call itself is not touched.';
