CREATE OR REPLACE FUNCTION ivr.reingest(p_rejected_id bigint, p_secret text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    refused ivr.rejected_requests;
    body    jsonb;
    id      text;
    name    text;
    created text;
    result  text;
BEGIN
    SELECT * INTO refused FROM ivr.rejected_requests AS r WHERE r.rejected_id = p_rejected_id FOR UPDATE;
    body := ivr.parse_json(refused.raw);
    id := coalesce(ivr.told_text(body #> '{call,id}'), ivr.told_text(body #> '{call,call_id}'), ivr.told_text(body -> 'call_id'));
    name := ivr.told_text(body -> 'event');
    created := ivr.told_text(body -> 'created_at');
    result := CASE
        WHEN refused.rejected_id IS NULL THEN 'there is no such request'
        WHEN refused.reingested_at IS NOT NULL THEN 'it has been taken already'
        WHEN refused.endpoint <> 'webhook' THEN 'it was no webhook'
        WHEN length(refused.raw) <> refused.raw_length THEN 'it was not kept whole'
        WHEN jsonb_typeof(body) IS DISTINCT FROM 'object' THEN 'the body is no JSON object'
        WHEN name IS NULL THEN 'there is no event name'
        WHEN name LIKE 'ivr.%' THEN 'that is no event of the platform'
        WHEN id IS NULL THEN 'there is no call.id'
        WHEN p_secret IS NOT NULL AND refused.sent_signature IS DISTINCT FROM
             'v1=' || encode(ivr.hmac_sha256(convert_to(p_secret, 'UTF8'),
                                             convert_to(coalesce(refused.sent_timestamp, '') || '.', 'UTF8') || refused.raw), 'hex')
            THEN 'that secret did not sign it'
    END;
    IF result IS NOT NULL THEN
        RETURN result;
    END IF;
    result := (SELECT e.result
               FROM ivr.store_events(ARRAY[1], ARRAY[id], ARRAY[name], ARRAY[created], ARRAY[refused.raw], ARRAY[refused.received_at]) AS e);
    IF result IS NULL THEN
        RETURN 'somebody else is writing to its call';
    END IF;
    UPDATE ivr.rejected_requests AS r
    SET reingested_at = clock_timestamp(), reingested_call_id = id,
        reingested_digest = ivr.keyed_digest((SELECT digest_key FROM ivr.pseudonym_key WHERE one_row), ivr.event_digest(id, name, created, body, refused.raw))
    WHERE r.rejected_id = p_rejected_id;
    RETURN result;
END;
$$;
COMMENT ON FUNCTION ivr.reingest(bigint, text) IS
    'Takes a rejected request after all, by the rules of the webhook and with the time at which it was received, e.g. when the secret has been corrected: SELECT rejected_id, ivr.reingest(rejected_id) FROM ivr.rejected_requests WHERE reason = ''signature'' AND received_at > now() - interval ''1 day''. Returns stored, duplicate, or why not; where somebody else is writing to the call, ask again. With p_secret it is taken only if that secret signed it; without, whoever calls this vouches for it.';
