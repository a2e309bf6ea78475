CREATE OR REPLACE FUNCTION ivr.pseudonymise_rejected(p_older_than interval, p_batch integer DEFAULT 500) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    refused ivr.rejected_requests;
    body    jsonb;
    number  text;
    done    bigint := 0;
BEGIN
    FOR refused IN
        SELECT * FROM ivr.rejected_requests
        WHERE received_at < now() - p_older_than AND pseudonymised_at IS NULL
        ORDER BY rejected_id
        LIMIT p_batch
        FOR UPDATE SKIP LOCKED
    LOOP
        body := ivr.parse_json(refused.raw);
        FOR number IN
            SELECT DISTINCT told FROM (
                SELECT body #>> '{call,from}'
                UNION ALL
                SELECT body #>> '{call,to}'
                UNION ALL
                SELECT (regexp_matches(
                    encode(refused.raw, 'escape'),
                    'sips?:[^@[:space:]"<>]+@[[:alnum:].-]+|\+[0-9]{7,15}|(?<![[:alnum:]_.])[0-9]{10,15}(?![[:alnum:]_])',
                    'gi'))[1]) AS anything (told)
            WHERE ivr.is_personal(told)
        LOOP
            refused.raw := ivr.raw_without(refused.raw, number, ivr.pseudonym(number));
            refused.detail := regexp_replace(refused.detail, ivr.number_pattern(number), ivr.pseudonym(number), 'gi');
        END LOOP;
        UPDATE ivr.rejected_requests AS r
        SET raw = refused.raw, digest = sha256(refused.raw), detail = refused.detail, pseudonymised_at = clock_timestamp()
        WHERE r.rejected_id = refused.rejected_id AND r.digest = refused.digest;
        done := done + 1;
    END LOOP;
    RETURN done;
END;
$$;
COMMENT ON FUNCTION ivr.pseudonymise_rejected(interval, integer) IS
    'Puts pseudonyms in the place of everything that looks like a phone number or SIP URI in rejected requests older than this, at most p_batch of them. Their digests are of the new bytes: one of the old bytes would tell the number to whoever tries all there are. Returns how many it went through.';
