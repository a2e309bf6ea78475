CREATE OR REPLACE FUNCTION ivr.forget(p_number text) RETURNS TABLE (what text, how_many bigint)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    pattern text := ivr.number_pattern(p_number);
    whole   text := '^(?:' || pattern || ')$';
    in_raw  text := ivr.number_pattern(encode(convert_to(p_number, 'UTF8'), 'escape'));
    alias   text := ivr.pseudonym(p_number);
    of_it   text[];    -- calls from or to that number
    others  text[];    -- other calls that mention it
    refused bigint[];  -- rejected requests with it
    id      text;
BEGIN
    IF NOT coalesce(ivr.is_personal(p_number), false) THEN
        RAISE EXCEPTION '% is no number that tells who somebody is', coalesce(quote_literal(p_number), 'null')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT number FROM ivr.numbers WHERE number ~* whole
               UNION ALL SELECT destination FROM ivr.departments WHERE destination ~* whole
               UNION ALL SELECT destination FROM ivr.agents WHERE destination ~* whole
               UNION ALL SELECT destination FROM ivr.extensions WHERE destination ~* whole)
       OR EXISTS (SELECT FROM ivr.calls WHERE direction = 'inbound' AND to_number ~* whole) THEN
        RAISE EXCEPTION '% is one of your own numbers', p_number
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Only the person at the other end can be forgotten. Take it out of the configuration first.';
    END IF;

    -- To find them means to read the whole history: that is done before anything is locked.
    of_it := ARRAY(
        SELECT c.call_id
        FROM ivr.calls AS c
        WHERE c.direction IS DISTINCT FROM 'outbound' AND (c.from_number ~* whole OR c.from_number = alias)
           OR c.direction IS DISTINCT FROM 'inbound' AND (c.to_number ~* whole OR c.to_number = alias));
    others := ARRAY(
        (SELECT call_id FROM ivr.call_events
         WHERE payload::text ~* pattern OR encode(raw, 'escape') ~* in_raw OR event_key ~* pattern
            OR position(convert_to(alias, 'UTF8') IN raw) > 0
         UNION
         SELECT call_id FROM ivr.answers
         WHERE call_id IS NOT NULL
           AND (response::text ~* pattern OR concat_ws('" "', '', from_number, to_number, destination, digits, '') ~* pattern)
         UNION
         SELECT call_id FROM ivr.enrichments WHERE content::text ~* pattern
         UNION
         SELECT r.call_id FROM ivr.callback_requests AS r WHERE concat_ws('" "', '', r.number, r.caller, '') ~* pattern AND NOT ivr.is_shard())
        EXCEPT
        SELECT unnest(of_it));
    refused := ARRAY(
        SELECT rejected_id FROM ivr.rejected_requests
        WHERE encode(raw, 'escape') ~* in_raw OR ivr.parse_json(raw)::text ~* pattern OR detail ~* pattern
           OR position(convert_to(alias, 'UTF8') IN raw) > 0
        ORDER BY rejected_id);
    PERFORM ivr.lock_calls(of_it || others);

    what := 'calls removed';
    how_many := ivr.purge_calls(of_it);
    RETURN NEXT;

    what := 'other calls that mentioned it';
    FOREACH id IN ARRAY others LOOP
        PERFORM ivr.replace_number(id, p_number, 'forgotten');
        PERFORM ivr.replace_number(id, alias, 'forgotten');
    END LOOP;
    PERFORM ivr.refresh_calls(others);
    how_many := cardinality(others);
    RETURN NEXT;

    what := 'answers without a call removed';
    DELETE FROM ivr.answers
    WHERE call_id IS NULL
      AND (response::text ~* pattern
           OR concat_ws('" "', '', from_number, to_number, destination, digits, '') ~* pattern
           OR alias IN (from_number, to_number));
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN NEXT;

    what := 'rejected requests removed';
    DELETE FROM ivr.rejected_requests WHERE rejected_id = ANY (refused);
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN NEXT;

    what := 'traces removed';
    how_many := ivr.forget_traces(p_number, of_it);
    RETURN NEXT;

    what := 'known callers removed';
    DELETE FROM ivr.callers WHERE number ~* whole;
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN NEXT;

    what := 'configurations that mentioned it';
    UPDATE ivr.config_versions SET snapshot = ivr.json_without(snapshot, pattern, 'forgotten') WHERE snapshot::text ~* pattern;
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION ivr.forget(text) IS
    'Erases one person: SELECT * FROM ivr.forget(''+15551230001''). Calls from or to that number are removed whole, pseudonymised ones included; where other calls mention it, bytes included, it becomes the word forgotten; rejected requests and traces with it and its row in ivr.callers go. Reads the whole history before it changes anything; only then it locks the calls that it changes, until the end of its transaction: their events wait for that, of more than a thousand calls those of all. The space is overwritten by VACUUM; backups, replicas'' archives and log files are not in its reach. Refuses your own numbers.';
