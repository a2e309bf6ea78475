CREATE OR REPLACE FUNCTION ivr.purge_rest(p_older_than interval, p_batch integer DEFAULT 200) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    gone bigint;
BEGIN
    WITH old AS (
        SELECT rejected_id, digest FROM ivr.rejected_requests WHERE received_at < now() - p_older_than
        ORDER BY rejected_id LIMIT p_batch FOR UPDATE SKIP LOCKED
    )
    DELETE FROM ivr.rejected_requests AS r USING old WHERE r.rejected_id = old.rejected_id AND r.digest = old.digest;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone >= p_batch THEN
        RETURN true;
    END IF;
    DELETE FROM ivr.traces WHERE received_at < now() - p_older_than;
    DELETE FROM ivr.answers WHERE call_id IS NULL AND answered_at < now() - p_older_than;
    DELETE FROM ivr.enrichments AS e
    WHERE e.received_at < now() - p_older_than AND NOT EXISTS (SELECT FROM ivr.calls AS c WHERE c.call_id = e.call_id);
    DELETE FROM ivr.notices WHERE of_call IS NULL AND done_at < now() - p_older_than;
    RETURN false;
END;
$$;
COMMENT ON FUNCTION ivr.purge_rest(interval, integer) IS
    'The part of ivr.purge() that belongs to no call: rejected requests, p_batch of them, then traces, answers without a call what the AI said of nobody, and what subscribers were told that was about no call. Returns whether there may be more: call it again, in another transaction.';
