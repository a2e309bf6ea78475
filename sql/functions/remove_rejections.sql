CREATE OR REPLACE FUNCTION ivr.remove_rejections(p_call_ids text[], p_digests bytea[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    removed bigint;
    more    bigint := 0;
BEGIN
    DELETE FROM ivr.rejected_requests WHERE reingested_call_id = ANY (p_call_ids);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF cardinality(p_digests) > 0 THEN
        DELETE FROM ivr.rejected_requests WHERE digest = ANY (p_digests) AND received_at > now() - interval '31 days';
        GET DIAGNOSTICS more = ROW_COUNT;
    END IF;
    RETURN removed + more;
END;
$$;
COMMENT ON FUNCTION ivr.remove_rejections(text[], bytea[]) IS
    'Removes rejected requests that were taken again as events of these calls, and those of the last 31 days with these digests. Returns how many.';
