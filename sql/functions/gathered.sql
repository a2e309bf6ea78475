CREATE OR REPLACE FUNCTION ivr.gathered(p_call_id text, p_step integer)
RETURNS TABLE (digest bytea, digits text)
LANGUAGE sql STABLE
AS $$
    -- Programs ask this every few tens of milliseconds, and mostly there is none.
    SELECT g.digest, g.digits
    FROM ivr.matching_gather(p_call_id, p_step) AS g
    WHERE (SELECT true
           FROM ivr.call_events AS e
           WHERE e.call_id = p_call_id AND e.event = 'call.gathered'
             AND (SELECT true FROM ivr.answers AS a WHERE a.call_id = p_call_id AND a.gathered_digest = e.digest) IS NULL
           LIMIT 1)
    LIMIT 1;
$$;
COMMENT ON FUNCTION ivr.gathered(text, integer) IS
    'The call.gathered that belongs to the menu asked at this step, if it is stored and no answer has used it: digest and digits as sent (empty for none). For the first menu of a call any gather will do. For a later one it must be as manieth as the menu, or have been created after the menu was asked, on the platform''s clock as far as the call shows it: the late digit of an earlier attempt is never taken for this one''s.';
