CREATE OR REPLACE FUNCTION ivr.subscribe(
    url text, secret text, kinds text[], department text DEFAULT NULL, number text DEFAULT NULL,
    numbers_in_plain boolean DEFAULT false, from_time timestamptz DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    wanted text[] := ARRAY(SELECT DISTINCT replace(word, ' ', '.') COLLATE "C" FROM unnest(subscribe.kinds) AS word ORDER BY 1);
    start  ivr.log_place;
    made   bigint;
    wrong  text;
BEGIN
    wrong := (SELECT string_agg(word, ', ') FROM unnest(wanted) AS word WHERE ivr.is_kind(word) IS NOT TRUE);
    IF wrong IS NOT NULL OR wanted = '{}' THEN
        RAISE EXCEPTION 'of this kind nothing is told: %', coalesce(wrong, 'none')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = (SELECT 'There are ' || string_agg(kind, ', ' ORDER BY kind COLLATE "C")
                          FROM (SELECT replace(substr(proname, 5), '_', '.') FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND proname LIKE 'due\_%') AS known (kind)
                          WHERE ivr.is_kind(kind));
    END IF;
    IF subscribe.department IS NOT NULL AND NOT EXISTS (SELECT FROM ivr.departments AS d WHERE d.department = subscribe.department) THEN
        RAISE EXCEPTION 'there is no department %', subscribe.department USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF (SELECT count(*) FROM ivr.subscriptions WHERE ended_at IS NULL) >= 100 THEN
        RAISE EXCEPTION 'there are 100 subscriptions already' USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
    start := ROW(CASE WHEN from_time IS NULL THEN coalesce((SELECT max(arrival) FROM ivr.call_events), 0)
                      ELSE coalesce((SELECT min(arrival) - 1 FROM ivr.call_events WHERE received_at >= from_time),
                                    (SELECT max(arrival) FROM ivr.call_events), 0) END,
                 coalesce(from_time, clock_timestamp()),
                 (SELECT coalesce(max(version), 0) FROM ivr.config_versions WHERE from_time IS NULL OR changed_at < from_time))::ivr.log_place;
    INSERT INTO ivr.subscriptions (url, kinds, department, number, numbers_in_plain, place)
    VALUES (subscribe.url, wanted, subscribe.department, subscribe.number, subscribe.numbers_in_plain, start)
    RETURNING subscription INTO made;
    IF subscribe.url <> 'notify:ivr' THEN
        PERFORM ivr.rotate_secret(made, secret);
    END IF;
    RETURN made;
END;
$$;
COMMENT ON FUNCTION ivr.subscribe(text, text, text[], text, text, boolean, timestamptz) IS
    'Has minivoice-notify tell somebody what happens: SELECT ivr.subscribe(''https://crm.example.com/calls'', ''whsec_...'', ''{call.closed}''). Arguments: an https URL (http only for addresses that the host''s IVR_NOTIFY_PRIVATE allows); the secret that signs, whsec_ and 24 to 64 bytes in base64; the kinds, of which those are known that have a function ivr.due_KIND(): call.closed, call.stuck, configuration.changed (with a blank for the dot if you like); then, if wanted, one department or one of your numbers (calls of no other are told; configurations always are), whether callers'' numbers are told in plain, and from when on the log is told: null is from now on. Calls that hang when it begins are told. Returns the subscription''s number. Refuses what cannot be, and the 101st.';
