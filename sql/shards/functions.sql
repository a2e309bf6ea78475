-- functions.sql: on a router, the functions of the schema that run in shards. Included by router.sql, after functions.sql of
-- the schema, of which these take the place: the same names, arguments, results and rights.

-- Of sets. With the rights of whoever calls: the shards are asked as that role. A row under ~place says: not now; with a
-- reason: refused.

CREATE OR REPLACE FUNCTION ivr.gathered_digits(p_places integer[], p_call_ids text[], p_asked_steps integer[])
RETURNS TABLE (place integer, digits text, gathered_digest bytea, answered boolean)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    slots integer[] := ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id);
    part  record;
BEGIN
    IF ivr_shards.is_whole() THEN
        BEGIN
            RETURN QUERY SELECT * FROM ivr_shards.gathered_digits(slots, p_places, p_call_ids, p_asked_steps);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            IF NOT ivr_shards.is_shards_fault(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END IF;
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                RETURN QUERY SELECT * FROM ivr_shards.gathered_digits(
                    ivr_shards.pick(slots, part.nth), ivr_shards.pick(p_places, part.nth), ivr_shards.pick(p_call_ids, part.nth),
                    ivr_shards.pick(p_asked_steps, part.nth));
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT ~p_places[n], NULL::text, NULL::bytea, NULL::boolean FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.states_of_parts(
    p_places integer[], p_call_ids text[], p_asked_steps integer[], p_firsts boolean[], p_from_numbers text[])
RETURNS TABLE (
    place integer, response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text, is_open boolean, language text, caller_language text, from_number text)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    -- Who told no call may still be a known caller.
    slots integer[] := ARRAY(SELECT coalesce(ivr_shards.slot(id), ivr_shards.a_live_slot()) FROM unnest(p_call_ids) AS id);
    part  record;
BEGIN
    IF ivr_shards.is_whole() THEN
        BEGIN
            RETURN QUERY SELECT * FROM ivr_shards.call_states(slots, p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            IF NOT ivr_shards.is_shards_fault(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END IF;
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                RETURN QUERY SELECT * FROM ivr_shards.call_states(
                    ivr_shards.pick(slots, part.nth), ivr_shards.pick(p_places, part.nth), ivr_shards.pick(p_call_ids, part.nth),
                    ivr_shards.pick(p_asked_steps, part.nth), ivr_shards.pick(p_firsts, part.nth),
                    ivr_shards.pick(p_from_numbers, part.nth));
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT (jsonb_populate_record(NULL::ivr_shards.state, jsonb_build_object('place', ~p_places[n]))).* FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.failed_elsewhere(p_call_ids text[], p_from_numbers text[])
RETURNS TABLE (call_id text, failed text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    untold text[] := ARRAY(SELECT id FROM unnest(p_call_ids, p_from_numbers) AS t (id, told) WHERE told IS NULL AND id IS NOT NULL);
    ids    text[];
    tells  text[];
BEGIN
    SELECT array_agg(id), array_agg(told) INTO ids, tells
    FROM (SELECT id, told FROM unnest(p_call_ids, p_from_numbers) AS t (id, told) WHERE told IS NOT NULL
          UNION ALL
          SELECT n.call_id, n.from_number
          FROM ivr_shards.numbers_of_callers(ARRAY(SELECT ivr_shards.slot(id) FROM unnest(untold) AS id), untold) AS n
          WHERE untold <> '{}') AS known;
    IF ids IS NOT NULL THEN
        RETURN QUERY
        SELECT t.id, string_agg(DISTINCT line, E'\n')
        FROM unnest(ids, tells) AS t (id, told)
        JOIN ivr_shards.failed_destinations(ARRAY(SELECT DISTINCT told FROM unnest(tells) AS told)) AS f ON f.number = t.told
        CROSS JOIN string_to_table(f.failed, E'\n') AS line
        GROUP BY t.id;
    END IF;
EXCEPTION WHEN OTHERS THEN
    -- One shard's word is missing: better a destination that failed just now than a caller who waits.
    RETURN;
END;
$$;
COMMENT ON FUNCTION ivr_shards.failed_elsewhere(text[], text[]) IS
    'Where the callers of these calls could not be connected a short time ago, whichever shard has the call that failed; what cannot be learnt at once is left out.';

CREATE OR REPLACE FUNCTION ivr.call_states(
    p_places integer[], p_call_ids text[], p_asked_steps integer[], p_firsts boolean[], p_from_numbers text[])
RETURNS TABLE (
    place integer, response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text, is_open boolean, language text, caller_language text, from_number text)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
BEGIN
    IF NOT ivr_shards.retries() THEN
        RETURN QUERY SELECT * FROM ivr_shards.states_of_parts(p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers);
        RETURN;
    END IF;
    RETURN QUERY
    WITH elsewhere AS MATERIALIZED (
        SELECT e.call_id, e.failed FROM ivr_shards.failed_elsewhere(p_call_ids, p_from_numbers) AS e
    )
    SELECT s.place, s.response, s.asked_step, s.next_step, s.menu, s.no_inputs, s.invalids, s.digits, s.gathered_digest, s.to_number,
           s.application_id,
           CASE WHEN s.response IS NULL AND s.place >= 0 THEN coalesce(e.failed, s.failed) END,
           s.menu_before, s.recorded, s.caller_greeting, s.caller_department, s.caller_menu, s.caller_blocked, s.caller_message, s.is_open,
           s.language, s.caller_language, s.from_number
    FROM ivr_shards.states_of_parts(p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers) AS s
    LEFT JOIN unnest(p_places, p_call_ids) AS t (place, call_id) ON t.place = s.place
    LEFT JOIN elsewhere AS e ON e.call_id = t.call_id;
END;
$$;

CREATE OR REPLACE FUNCTION ivr.store_events(
    p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[],
    p_received_ats timestamptz[] DEFAULT NULL)
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    slots integer[] := ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id);
    cames timestamptz[] := coalesce(p_received_ats, array_fill(NULL::timestamptz, ARRAY[cardinality(p_places)]));
    part  record;
BEGIN
    IF ivr_shards.is_whole() THEN
        BEGIN
            RETURN QUERY SELECT * FROM ivr_shards.store_events(slots, p_places, p_call_ids, p_events, p_created_ats, p_raws, cames);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            IF ivr_shards.is_requests_fault(SQLSTATE) AND cardinality(p_places) > 1 THEN
                RETURN QUERY SELECT * FROM ivr_shards.events_apart(slots, p_places, p_call_ids, p_events, p_created_ats, p_raws, cames);
                RETURN;
            ELSIF NOT ivr_shards.is_shards_fault(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END IF;
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                RETURN QUERY SELECT * FROM ivr_shards.store_events(
                    ivr_shards.pick(slots, part.nth), ivr_shards.pick(p_places, part.nth), ivr_shards.pick(p_call_ids, part.nth),
                    ivr_shards.pick(p_events, part.nth), ivr_shards.pick(p_created_ats, part.nth), ivr_shards.pick(p_raws, part.nth),
                    ivr_shards.pick(cames, part.nth));
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT ~p_places[n], NULL::text FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.answers_of_parts(p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    -- Of no call: by its record, so that it is known when it is handed over again; one that comes once may go anywhere.
    slots integer[] := ARRAY(
        SELECT coalesce(ivr_shards.slot(coalesce(id, a ->> 'spool_record')), ivr_shards.a_live_slot()) FROM unnest(p_call_ids, p_answers) AS t (id, a));
    part  record;
BEGIN
    IF ivr_shards.is_whole() THEN
        BEGIN
            RETURN QUERY SELECT * FROM ivr_shards.store_answers(slots, p_places, p_call_ids, p_answers, p_responses);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            IF ivr_shards.is_requests_fault(SQLSTATE) AND cardinality(p_places) > 1 THEN
                RETURN QUERY SELECT * FROM ivr_shards.answers_apart(slots, p_places, p_call_ids, p_answers, p_responses);
                RETURN;
            ELSIF NOT ivr_shards.is_shards_fault(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END IF;
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                RETURN QUERY SELECT * FROM ivr_shards.store_answers(
                    ivr_shards.pick(slots, part.nth), ivr_shards.pick(p_places, part.nth), ivr_shards.pick(p_call_ids, part.nth),
                    ivr_shards.pick(p_answers, part.nth), ivr_shards.pick(p_responses, part.nth));
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT ~p_places[n], NULL::text, NULL::text FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.keep_wishes(p_call_ids text[], p_answers jsonb[], p_known boolean[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    untold  text[] := ARRAY(SELECT id FROM unnest(p_call_ids, p_answers) AS t (id, a) WHERE a ->> 'from_number' IS NULL AND id IS NOT NULL);
    numbers jsonb := '{}';
    ids     text[];
    answers jsonb[];
BEGIN
    IF untold <> '{}' THEN
        BEGIN
            SELECT coalesce(jsonb_object_agg(n.call_id, n.from_number), '{}') INTO numbers
            FROM ivr_shards.numbers_of_callers(ARRAY(SELECT ivr_shards.slot(id) FROM unnest(untold) AS id), untold) AS n;
        EXCEPTION WHEN OTHERS THEN
            numbers := '{}';  -- the wish counts all the same
        END;
    END IF;
    -- An answer that was known has noted its wish, unless the router died between the shard's commit and its own.
    SELECT array_agg(id), array_agg(CASE WHEN known AND EXISTS (
                   SELECT FROM ivr.callback_requests AS r
                   WHERE r.department = split_part(a ->> 'menu', ':', 2)
                     AND (r.call_id = id OR r.number = a ->> 'callback' AND r.done_at IS NULL)) THEN a - 'callback' ELSE a END
               || jsonb_build_object('from_number', coalesce(a ->> 'from_number', numbers ->> id, '')))
    INTO ids, answers
    FROM unnest(p_call_ids, p_answers, p_known) AS t (id, a, known);
    PERFORM ivr.keep_languages(ids, answers), ivr.ask_callbacks(ids, answers);
END;
$$;
COMMENT ON FUNCTION ivr_shards.keep_wishes(text[], jsonb[], boolean[]) IS
    'Keeps here what answers that a shard has stored, or has known, tell of callers: a language for the next calls, a wish to be called back. So there is one of each, whichever shard has the call.';

CREATE OR REPLACE FUNCTION ivr.store_answers(p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    places    integer[];
    results   text[];
    responses text[];
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(p_answers) AS a WHERE a ?| '{keep_language,callback}') THEN
        RETURN QUERY SELECT * FROM ivr_shards.answers_of_parts(p_places, p_call_ids, p_answers, p_responses);
        RETURN;
    END IF;
    SELECT array_agg(s.place), array_agg(s.result), array_agg(s.response) INTO places, results, responses
    FROM ivr_shards.answers_of_parts(p_places, p_call_ids, p_answers, p_responses) AS s;
    RETURN QUERY SELECT * FROM unnest(places, results, responses);
    PERFORM ivr_shards.keep_wishes(array_agg(t.id), array_agg(t.a), array_agg(r.result = 'known'))
    FROM unnest(p_places, p_call_ids, p_answers) AS t (place, id, a)
    JOIN unnest(places, results) AS r (place, result) ON r.place = t.place
    WHERE r.result IN ('stored', 'known') AND t.a ?| '{keep_language,callback}';
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.verdicts(p_call_ids text[], p_steps integer[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    slots   integer[] := ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id);
    callers text[];  -- of each try; null where none is shown
    own     text;
    wrong   jsonb := '{}';
BEGIN
    SELECT array_agg(n.from_number ORDER BY t.nth) INTO callers
    FROM unnest(p_call_ids) WITH ORDINALITY AS t (id, nth)
    LEFT JOIN (SELECT DISTINCT call_id, from_number FROM ivr_shards.numbers_of_callers(slots, p_call_ids)) AS n ON n.call_id = t.id;
    -- Whoever tries on several shards at once takes turns here, until the shard has committed.
    FOR own IN SELECT DISTINCT coalesce(c, '') COLLATE "C" FROM unnest(callers) AS c ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(ivr.lock_key('code ' || own));
    END LOOP;
    BEGIN
        SELECT jsonb_object_agg(coalesce(caller, ''), n) INTO wrong
        FROM (SELECT w.caller, sum(w.wrong) AS n FROM ivr_shards.wrong_tries(ARRAY(SELECT DISTINCT c FROM unnest(callers) AS c)) AS w GROUP BY w.caller) AS counted;
    EXCEPTION WHEN OTHERS THEN
        wrong := '{}';  -- one shard's word is missing: that of the call counts by itself
    END;
    RETURN ARRAY(
        SELECT CASE
                   WHEN so_far >= 10 THEN coalesce((SELECT CASE WHEN k.opened THEN 'right' ELSE 'wrong' END
                                                    FROM ivr_shards.tries_of_calls(ARRAY[ivr_shards.slot(id)], ARRAY[id]) AS k WHERE k.step = t.step), 'refused')
                   WHEN so_far + before >= 10 THEN 'later' END
        FROM (SELECT id, step, nth, coalesce((wrong ->> coalesce(caller, ''))::integer, 0) AS so_far,
                     row_number() OVER (PARTITION BY caller ORDER BY nth) - 1 AS before
              FROM unnest(p_call_ids, p_steps, callers) WITH ORDINALITY AS u (id, step, caller, nth)) AS t
        ORDER BY nth);
END;
$$;
COMMENT ON FUNCTION ivr_shards.verdicts(text[], integer[]) IS
    'Of each try of a code, by its call and step, what the tries of its caller on all shards say: null, ask the shard; refused, after ten wrong ones in an hour (or what a try came to that was made before); later, when those before it in this set may be the tenth. Until the transaction ends, no other one asks for these callers.';

CREATE OR REPLACE FUNCTION ivr.check_codes(p_places integer[], p_call_ids text[], p_steps integer[], p_digits text[], p_digests text[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    slots    integer[] := ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id);
    verdicts text[];
    nth      integer[];  -- those of which the shard is asked
    part     record;
BEGIN
    -- One shard after the other: what was wrong on one counts on the next.
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                verdicts := ivr_shards.verdicts(ivr_shards.pick(p_call_ids, part.nth), ivr_shards.pick(p_steps, part.nth));
                nth := ARRAY(SELECT n FROM unnest(part.nth, verdicts) AS t (n, verdict) WHERE verdict IS NULL);
                IF nth <> '{}' THEN
                    RETURN QUERY SELECT * FROM ivr_shards.check_codes(
                        ivr_shards.pick(slots, nth), ivr_shards.pick(p_places, nth), ivr_shards.pick(p_call_ids, nth),
                        ivr_shards.pick(p_steps, nth), ivr_shards.pick(p_digits, nth), ivr_shards.pick(p_digests, nth));
                END IF;
                RETURN QUERY
                SELECT p_places[n], verdict FROM unnest(part.nth, verdicts) AS t (n, verdict) WHERE verdict <> 'later';
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT ~p_places[n], NULL::text FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

CREATE OR REPLACE FUNCTION ivr.store_rejections(
    p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[],
    p_received_ats timestamptz[] DEFAULT NULL)
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    cames timestamptz[] := coalesce(p_received_ats, array_fill(NULL::timestamptz, ARRAY[cardinality(p_places)]));
    -- What was spooled may be handed over again, and is known by its bytes where it was first.
    slots integer[] := ARRAY(
        SELECT CASE WHEN came IS NULL THEN ivr_shards.a_live_slot() ELSE get_byte(sha256(raw), 0) & 63 END FROM unnest(p_raws, cames) AS t (raw, came));
    part  record;
BEGIN
    IF ivr_shards.is_whole() THEN
        BEGIN
            RETURN QUERY SELECT * FROM ivr_shards.store_rejections(slots, p_places, p_endpoints, p_reasons, p_details, p_http_statuses,
                p_remote_addresses, p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, cames);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            IF ivr_shards.is_requests_fault(SQLSTATE) AND cardinality(p_places) > 1 THEN
                RETURN QUERY SELECT * FROM ivr_shards.rejections_apart(slots, p_places, p_endpoints, p_reasons, p_details, p_http_statuses,
                    p_remote_addresses, p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, cames);
                RETURN;
            ELSIF NOT ivr_shards.is_shards_fault(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END IF;
    FOR part IN SELECT * FROM ivr_shards.parts(slots) LOOP
        BEGIN
            IF part.usable THEN
                RETURN QUERY SELECT * FROM ivr_shards.store_rejections(
                    ivr_shards.pick(slots, part.nth), ivr_shards.pick(p_places, part.nth), ivr_shards.pick(p_endpoints, part.nth),
                    ivr_shards.pick(p_reasons, part.nth), ivr_shards.pick(p_details, part.nth), ivr_shards.pick(p_http_statuses, part.nth),
                    ivr_shards.pick(p_remote_addresses, part.nth), ivr_shards.pick(p_sent_timestamps, part.nth),
                    ivr_shards.pick(p_sent_signatures, part.nth), ivr_shards.pick(p_raws, part.nth),
                    ivr_shards.pick(p_raw_lengths, part.nth), ivr_shards.pick(cames, part.nth));
                IF part.was_down THEN
                    PERFORM ivr_shards.note_up(part.shard);
                END IF;
                CONTINUE;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM ivr_shards.note_fault(part.shard, SQLSTATE, SQLERRM);
        END;
        RETURN QUERY SELECT ~p_places[n], NULL::text FROM unnest(part.nth) AS n;
    END LOOP;
END;
$$;

-- Of one call. With the owner's rights, as they have on one database.

CREATE OR REPLACE FUNCTION ivr.store_report(p_call_id text, p_outcome text, p_http_status integer, p_report jsonb) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.store_report(p_call_id, p_outcome, p_http_status, p_report) $$;
CREATE OR REPLACE FUNCTION ivr.compare_report(p_call_id text, p_report jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.compare_report(p_call_id, p_report) $$;
CREATE OR REPLACE FUNCTION ivr.store_ai(p_call_id text, p_sections jsonb) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.store_ai(p_call_id, p_sections) $$;
CREATE OR REPLACE FUNCTION ivr.store_enrichment(p_call_id text, p_section text, p_status text, p_content jsonb) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.store_enrichment(p_call_id, p_section, p_status, p_content) $$;
CREATE OR REPLACE FUNCTION ivr.call_story(p_call_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.call_story(p_call_id) $$;
CREATE OR REPLACE FUNCTION ivr.mark_test_call(p_call_id text, p_bodies text[]) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.mark_test_call(p_call_id, p_bodies) $$;
CREATE OR REPLACE FUNCTION ivr.test_call(p_call_id text) RETURNS TABLE (events bigint, answers bigint, disposition text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT * FROM ivr_shards.test_call(p_call_id) $$;

-- Of several calls: how many it were is the sum. Traces are kept here, where the programs are, and so is who is to be called
-- back and what is dealt with.

CREATE OR REPLACE FUNCTION ivr.calls_with_codes(p_call_ids text[]) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
DECLARE
    ids   text[] := ARRAY(SELECT DISTINCT id FROM unnest(p_call_ids) AS id WHERE id IS NOT NULL);
    slots integer[];
BEGIN
    -- A call of which it is not known may have been asked.
    RETURN QUERY
    SELECT id FROM unnest(ids) AS id JOIN ivr_shards.slots AS m ON m.slot = ivr_shards.slot(id) JOIN ivr_shards.shards AS s USING (shard)
    WHERE s.down_since IS NOT NULL;
    SELECT array_agg(id), array_agg(m.slot) INTO ids, slots
    FROM unnest(ids) AS id JOIN ivr_shards.slots AS m ON m.slot = ivr_shards.slot(id) JOIN ivr_shards.shards AS s USING (shard)
    WHERE s.down_since IS NULL;
    IF ids IS NOT NULL THEN
        RETURN QUERY SELECT * FROM ivr_shards.calls_with_codes(slots, ids);
    END IF;
EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT id FROM unnest(p_call_ids) AS id WHERE id IS NOT NULL;
END;
$$;

CREATE OR REPLACE FUNCTION ivr_shards.pseudonymise_callbacks(p_call_ids text[], p_older_than interval) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    UPDATE ivr.callback_requests AS r
    SET number = CASE WHEN ivr.is_personal(r.number) THEN ivr.pseudonym(r.number) ELSE r.number END,
        caller = CASE WHEN ivr.is_personal(r.caller) AND r.caller NOT IN (SELECT number FROM ivr.numbers) THEN ivr.pseudonym(r.caller) ELSE r.caller END
    WHERE (r.call_id = ANY (p_call_ids) OR r.asked_at < now() - p_older_than)
      AND (ivr.is_personal(r.number) OR ivr.is_personal(r.caller) AND r.caller NOT IN (SELECT number FROM ivr.numbers))
$$;
COMMENT ON FUNCTION ivr_shards.pseudonymise_callbacks(text[], interval) IS
    'Puts pseudonyms in the place of numbers of who was to be called back: asked for in these calls, or longer ago than this; null: neither.';

CREATE OR REPLACE FUNCTION ivr.purge_calls(p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
BEGIN
    IF coalesce(cardinality(p_call_ids), 0) = 0 THEN
        RETURN 0;
    END IF;
    -- A request that was taken again may be on another shard than its call.
    PERFORM ivr.remove_rejections(p_call_ids, '{}');
    DELETE FROM ivr.traces WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.callback_requests WHERE call_id = ANY (p_call_ids);
    DELETE FROM ivr.dealt_with WHERE call_id = ANY (p_call_ids);
    RETURN (SELECT sum(n) FROM ivr_shards.purge_calls(ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id), p_call_ids) AS n);
END;
$$;
CREATE OR REPLACE FUNCTION ivr.pseudonymise_calls(p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
BEGIN
    IF coalesce(cardinality(p_call_ids), 0) = 0 THEN
        RETURN 0;
    END IF;
    DELETE FROM ivr.traces WHERE call_id = ANY (p_call_ids);
    PERFORM ivr_shards.pseudonymise_callbacks(p_call_ids, NULL);
    RETURN (SELECT sum(n) FROM ivr_shards.pseudonymise_calls(ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id), p_call_ids) AS n);
END;
$$;
CREATE OR REPLACE FUNCTION ivr.housekeep_calls(p_work text, p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
BEGIN
    IF coalesce(cardinality(p_call_ids), 0) = 0 THEN
        RETURN 0;
    END IF;
    DELETE FROM ivr.traces WHERE call_id = ANY (p_call_ids);
    IF p_work = 'purge' THEN
        PERFORM ivr.remove_rejections(p_call_ids, '{}');
    END IF;
    RETURN (SELECT coalesce(sum(n), 0)
            FROM ivr_shards.housekeep_calls(ARRAY(SELECT ivr_shards.slot(id) FROM unnest(p_call_ids) AS id), p_work, p_call_ids) AS n);
END;
$$;

-- Of all calls

CREATE OR REPLACE FUNCTION ivr.forget(p_number text) RETURNS TABLE (what text, how_many bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    pattern text := ivr.number_pattern(p_number);
    whole   text := '^(?:' || pattern || ')$';
    alias   text := ivr.pseudonym(p_number);
    of_it   text[];
    done    jsonb := '{}';
    rows    bigint;
BEGIN
    -- Before any shard forgets anything: that it is one of ours may be known to another shard alone.
    IF coalesce(ivr.is_personal(p_number), false)
       AND EXISTS (SELECT FROM ivr.calls WHERE direction = 'inbound' AND to_number ~* whole) THEN
        RAISE EXCEPTION '% is one of your own numbers', p_number
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Only the person at the other end can be forgotten. Take it out of the configuration first.';
    END IF;
    of_it := ARRAY(
        SELECT c.call_id FROM ivr.calls AS c
        WHERE c.direction IS DISTINCT FROM 'outbound' AND (c.from_number ~* whole OR c.from_number = alias)
           OR c.direction IS DISTINCT FROM 'inbound' AND (c.to_number ~* whole OR c.to_number = alias));
    done := (SELECT jsonb_object_agg(f.what, f.how_many)
             FROM (SELECT what, sum(how_many) AS how_many FROM ivr_shards.forget(p_number) GROUP BY what) AS f);
    done := done || jsonb_build_object('traces removed', ivr.forget_traces(p_number, of_it));
    -- Who is to be called back, and what the configuration says of it, have their home here.
    DELETE FROM ivr.callback_requests WHERE call_id = ANY (of_it);
    DELETE FROM ivr.dealt_with WHERE call_id = ANY (of_it);
    UPDATE ivr.callback_requests AS r
    SET number = replace(regexp_replace(r.number, pattern, 'forgotten', 'gi'), alias, 'forgotten'),
        caller = replace(regexp_replace(r.caller, pattern, 'forgotten', 'gi'), alias, 'forgotten')
    WHERE concat_ws('" "', '', r.number, r.caller, '') ~* pattern OR alias IN (r.number, r.caller);
    DELETE FROM ivr.callers WHERE number ~* whole;
    GET DIAGNOSTICS rows = ROW_COUNT;
    done := done || jsonb_build_object('known callers removed', rows);
    UPDATE ivr.config_versions SET snapshot = ivr.json_without(snapshot, pattern, 'forgotten') WHERE snapshot::text ~* pattern;
    GET DIAGNOSTICS rows = ROW_COUNT;
    done := done || jsonb_build_object('configurations that mentioned it', rows);
    RETURN QUERY
    SELECT line, (done ->> line)::bigint
    FROM unnest(ARRAY['calls removed', 'other calls that mentioned it', 'answers without a call removed', 'rejected requests removed', 'traces removed',
                      'known callers removed', 'configurations that mentioned it']) AS line;
END;
$$;
CREATE OR REPLACE FUNCTION ivr.drift(p_share double precision DEFAULT 1)
RETURNS TABLE (call_id text, field text, stored text, rebuilt text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT * FROM ivr_shards.drift(p_share) ORDER BY call_id, field $$;
CREATE OR REPLACE FUNCTION ivr.rebuild_calls() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT sum(n)::bigint FROM ivr_shards.rebuild_calls() AS n $$;
CREATE OR REPLACE FUNCTION ivr.infer_closings(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT sum(n)::bigint FROM ivr_shards.infer_closings(p_older_than, p_batch) AS n $$;
CREATE OR REPLACE FUNCTION ivr.calls_older_than(p_age interval) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT * FROM ivr_shards.calls_older_than(p_age) $$;
CREATE OR REPLACE FUNCTION ivr.purge_rest(p_older_than interval, p_batch integer DEFAULT 200) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT bool_or(more) FROM ivr_shards.purge_rest(p_older_than, p_batch) AS more $$;
CREATE OR REPLACE FUNCTION ivr.pseudonymise_rest(p_older_than interval, p_batch integer DEFAULT 200) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT bool_or(more) FROM ivr_shards.pseudonymise_rest(p_older_than, p_batch) AS more $$;
CREATE OR REPLACE FUNCTION ivr.remove_rejections(p_call_ids text[], p_digests bytea[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT sum(n)::bigint FROM ivr_shards.remove_rejections(p_call_ids, p_digests) AS n $$;
CREATE OR REPLACE FUNCTION ivr.remove_test_calls(p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
DECLARE
    sent bytea[] := ARRAY(SELECT * FROM ivr_shards.digests_of_tests());
BEGIN
    -- What was refused of one may be on another shard than the call.
    IF sent <> '{}' THEN
        PERFORM ivr.remove_rejections('{}', sent);
    END IF;
    RETURN (SELECT sum(n) FROM ivr_shards.remove_test_calls(p_batch) AS n);
END;
$$;
CREATE OR REPLACE FUNCTION ivr.housekeep_rest(p_work text, p_batch integer) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
    DELETE FROM ivr.traces
    WHERE p_work IN ('pseudonymise', 'purge') AND received_at < now() - (
        SELECT CASE p_work WHEN 'purge' THEN purge_after ELSE pseudonymise_after END FROM ivr.history_settings);
    -- By its own age: whoever may call this may choose calls, and must not choose theirs.
    DELETE FROM ivr.callback_requests WHERE p_work = 'purge' AND asked_at < now() - (SELECT purge_after FROM ivr.history_settings);
    DELETE FROM ivr.dealt_with WHERE p_work = 'purge' AND done_at < now() - (SELECT purge_after FROM ivr.history_settings);
    SELECT ivr_shards.pseudonymise_callbacks('{}', (SELECT pseudonymise_after FROM ivr.history_settings)) WHERE p_work = 'pseudonymise';
    SELECT CASE WHEN p_work = 'test' THEN ivr.remove_test_calls(p_batch) + ivr.trim_traces(p_batch)
                ELSE (SELECT sum(n)::bigint FROM ivr_shards.housekeep_rest(p_work, p_batch) AS n) END
$$;
CREATE OR REPLACE FUNCTION ivr.due_for_housekeeping(p_work text) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT * FROM ivr_shards.due_for_housekeeping(p_work) $$;
CREATE OR REPLACE FUNCTION ivr_shards.take_due(p_of_ai boolean, p_most integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    slots  integer[] := ARRAY(SELECT * FROM ivr_shards.live_slots() AS slot ORDER BY slot);
    shares integer[] := ARRAY(SELECT (greatest(p_most, 0) + n) / cardinality(slots) FROM generate_series(0, cardinality(slots) - 1) AS n);
    taken  text[];
    slot   integer;
BEGIN
    SELECT CASE WHEN bool_and(part IS NOT NULL) THEN coalesce(array_agg(id) FILTER (WHERE id IS NOT NULL), '{}') END INTO taken
    FROM ivr_shards.due_calls(slots, shares, p_of_ai) AS part LEFT JOIN LATERAL unnest(part) AS id ON true;
    -- Where a shard has less than its share, others may have more. What one has given out it does not give again for a
    -- while: nothing more is taken than is wanted.
    FOREACH slot IN ARRAY slots LOOP
        EXIT WHEN cardinality(taken) >= p_most OR taken IS NULL;
        taken := taken || (SELECT part FROM ivr_shards.due_calls(ARRAY[slot], ARRAY[p_most - cardinality(taken)], p_of_ai) AS part);
    END LOOP;
    RETURN taken;
END;
$$;
COMMENT ON FUNCTION ivr_shards.take_due(boolean, integer) IS
    'At most so many calls of all shards of which the platform should be asked, or of their AI results; null when somebody else does.';
CREATE OR REPLACE FUNCTION ivr.calls_to_reconcile(p_most integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
BEGIN
    IF NOT pg_try_advisory_lock(ivr.lock_key('minivoice-reconcile')) THEN
        RETURN NULL;
    END IF;
    RETURN ivr_shards.take_due(false, p_most);
END;
$$;
CREATE OR REPLACE FUNCTION ivr.calls_to_enrich(p_most integer) RETURNS text[]
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$ SELECT ivr_shards.take_due(true, p_most) $$;
CREATE OR REPLACE FUNCTION ivr.failed_destinations(p_number text) RETURNS TABLE (failed text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
    SELECT string_agg(DISTINCT line, E'\n')
    FROM ivr_shards.failed_destinations(ARRAY[p_number]) AS f CROSS JOIN string_to_table(f.failed, E'\n') AS line
$$;
CREATE OR REPLACE FUNCTION ivr.check_database() RETURNS TABLE (id text, severity text, problem text, hint text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'shards', 'fault', format('shard %s has been down since %s: %s', shard, date_trunc('second', down_since), fault),
           'Its calls are answered from the snapshot and kept until it is back; its events are refused with 503. minivoice-db shards status'
    FROM ivr_shards.shards WHERE down_since IS NOT NULL;
    RETURN QUERY
    SELECT 'configuration', CASE severity WHEN 'error' THEN 'fault' ELSE 'warning' END, subject || ' ' || problem, hint
    FROM ivr.check_config();
    RETURN QUERY
    SELECT 'housekeeping', 'warning',
           CASE WHEN h.done_at IS NULL THEN 'the housekeeping was never done'
                ELSE format('the last housekeeping was %s hours ago', floor(extract(epoch FROM now() - h.done_at) / 3600)) END,
           'Let a timer do it every hour or night: minivoice-db housekeep. Without it calls whose end was never told stay open, and numbers are kept in plain.'
    FROM (SELECT min(applied_at) AS at FROM ivr.migrations) AS installed
    CROSS JOIN (SELECT max(ended_at) AS done_at FROM ivr.housekeepings) AS h
    WHERE coalesce(h.done_at, installed.at) < now() - interval '26 hours';
    RETURN QUERY SELECT c.id, c.severity, c.problem, c.hint FROM ivr_shards.check_database() AS c WHERE c.id IN ('answers', 'drift');
END;
$$;

CREATE OR REPLACE FUNCTION ivr.take_notices() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ivr, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'a router has no log of its own' USING HINT = 'Subscribe on each shard, and let a minivoice-notify ask each of them.';
END;
$$;
