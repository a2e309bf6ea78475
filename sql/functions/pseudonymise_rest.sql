CREATE OR REPLACE FUNCTION ivr.pseudonymise_rest(p_older_than interval, p_batch integer DEFAULT 200) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF ivr.pseudonymise_rejected(p_older_than, p_batch) >= p_batch THEN
        RETURN true;
    END IF;
    DELETE FROM ivr.traces WHERE received_at < now() - p_older_than;
    UPDATE ivr.answers
    SET from_number = ivr.pseudonym(from_number), to_number = ivr.pseudonym(to_number)
    WHERE call_id IS NULL AND answered_at < now() - p_older_than AND (ivr.is_personal(from_number) OR ivr.is_personal(to_number));
    RETURN false;
END;
$$;
COMMENT ON FUNCTION ivr.pseudonymise_rest(interval, integer) IS
    'The part of ivr.pseudonymise() that belongs to no call: rejected requests, p_batch of them, then answers without a call; traces of that age go. Returns whether there may be more: call it again, in another transaction.';
