CREATE OR REPLACE FUNCTION ivr.judge_answers(p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    now_at integer := 1;  -- the turn
    moved  text[] := '{}';
    done   record;
    id     text;
BEGIN
    -- What tells no call has no lock to take turns by.
    IF EXISTS (SELECT FROM unnest(p_call_ids, p_answers) AS t (id, a) WHERE t.id IS NULL AND a ? 'spool_record') THEN
        PERFORM pg_advisory_xact_lock(ivr.lock_key('spool_record'));
    END IF;
    LOOP
        WITH sent AS MATERIALIZED (
            -- A call that is there more than once takes its answers one after the other: the first ones of all calls
            -- in one turn, the second ones in the next. Usually there is one turn.
            SELECT t.place, t.call_id, t.told, ivr.without_access_key(t.told)::jsonb AS response, a.*, a.endpoint = 'answer' AS first,
                   CASE WHEN t.call_id IS NULL AND a.spool_record IS NULL THEN 1
                        ELSE row_number() OVER (PARTITION BY t.call_id, CASE WHEN t.call_id IS NULL THEN a.spool_record END ORDER BY t.nth)
                   END AS turn
            FROM unnest(p_places, p_call_ids, p_answers, p_responses) WITH ORDINALITY AS t (place, call_id, answer, told, nth)
            CROSS JOIN LATERAL jsonb_to_record(t.answer) AS a (
                how text, step integer, asked_step integer, endpoint text, menu text, digits text, digits_source text,
                gathered_digest bytea, waited_ms integer, decision text, reason text, department text, destination text,
                from_number text, to_number text, config_version bigint, answered_at timestamptz, took_ms real, signature text,
                language text, spool_record text)
        ), judged AS MATERIALIZED (
            SELECT sent.*,
                   CASE WHEN sent.call_id IS NULL THEN CASE WHEN before.has_it THEN 'known' ELSE 'stored' END
                        -- The caller has heard it already, from a program that could not ask: it is recorded as it was,
                        -- unless the database took it after all when the program had stopped waiting.
                        WHEN sent.how = 'given' THEN CASE WHEN so_far.has_it THEN 'known' ELSE 'stored' END
                        WHEN q.response IS NOT NULL THEN 'known'
                        WHEN q.next_step <> sent.step OR so_far.used_digit THEN 'moved'
                        WHEN sent.how = 'assumed' AND sent.first AND (q.last_step IS NOT NULL OR known.caller) THEN 'moved'
                        WHEN sent.how = 'assumed' AND NOT sent.first
                             AND (sent.asked_step, sent.menu, true) IS DISTINCT FROM (q.last_step, q.last_menu, q.last_asks) THEN 'moved'
                        ELSE 'stored' END AS result,
                   CASE WHEN sent.how = 'given' THEN sent.told ELSE q.response END AS known_response,
                   -- Under its own number where that is free: two programs may catch up in any order.
                   CASE WHEN so_far.has_step THEN greatest(sent.step, q.next_step) ELSE sent.step END AS number,
                   CASE WHEN so_far.has_asked IS NOT TRUE THEN sent.asked_step END AS follows,
                   CASE WHEN so_far.has_asked THEN sent.asked_step END AS beside,
                   CASE WHEN so_far.used_digit IS NOT TRUE THEN sent.gathered_digest END AS uses
            FROM sent
            CROSS JOIN LATERAL ivr.question(sent.call_id, sent.asked_step, sent.first) AS q
            CROSS JOIN LATERAL (
                SELECT bool_or(a.step = sent.step) AS has_step,
                       bool_or(a.asked_step = sent.asked_step) AS has_asked,
                       bool_or(a.gathered_digest = sent.gathered_digest) AS used_digit,
                       bool_or(sent.how = 'given' AND (a.step = sent.step OR a.answered_at = sent.answered_at)
                               AND coalesce(a.asked_step, a.beside_step) IS NOT DISTINCT FROM sent.asked_step
                               AND a.endpoint = sent.endpoint AND a.response = sent.response) AS has_it
                FROM ivr.answers AS a
                WHERE a.call_id = sent.call_id
            ) AS so_far
            LEFT JOIN LATERAL (
                SELECT true AS has_it
                FROM ivr.answers AS a
                WHERE sent.call_id IS NULL AND a.call_id IS NULL AND a.answered_at = sent.answered_at
                  AND a.spool_record = sent.spool_record
                LIMIT 1
            ) AS before ON true
            LEFT JOIN LATERAL (
                SELECT true AS caller
                FROM ivr.callers AS c
                WHERE c.number = coalesce(sent.from_number, (SELECT from_number FROM ivr.calls WHERE calls.call_id = sent.call_id))
                  AND sent.how = 'assumed' AND sent.first
                UNION ALL
                SELECT true
                FROM ivr.callback_requests AS r
                WHERE r.done_at IS NULL AND sent.how = 'assumed' AND sent.first
                  AND r.number = ANY (ARRAY[sent.from_number, sent.to_number,
                                            (SELECT from_number FROM ivr.calls WHERE calls.call_id = sent.call_id),
                                            (SELECT to_number FROM ivr.calls WHERE calls.call_id = sent.call_id)])
                LIMIT 1
            ) AS known ON true
            WHERE sent.turn = now_at
        ), stored AS (
            INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, menu, digits, digits_source, gathered_digest,
                                     waited_ms, decision, reason, department, destination, from_number, to_number,
                                     response, config_version, answered_at, took_ms,
                                     attempt, asked_menu, asked_attempt, asked_config_version, asked_at,
                                     signature, language, beside_step, spool_record)
            SELECT j.call_id, j.number, j.follows, j.endpoint, j.menu, j.digits, j.digits_source, j.uses,
                   j.waited_ms, j.decision, j.reason, j.department, j.destination, j.from_number, j.to_number,
                   j.response, j.config_version, coalesce(j.answered_at, clock_timestamp()), j.took_ms,
                   CASE WHEN j.call_id IS NULL OR NOT ivr.asks_menu(j.decision) THEN NULL
                        WHEN j.decision = 'menu' THEN 1
                        ELSE coalesce(asked.attempt + 1, 1 + j.number - first_asked.step, j.number) END,
                   asked.menu, asked.attempt, asked.config_version, asked.answered_at,
                   j.signature, j.language, j.beside, CASE WHEN j.call_id IS NULL THEN j.spool_record END
            FROM judged AS j
            LEFT JOIN LATERAL (
                SELECT a.* FROM ivr.answers AS a
                WHERE a.call_id = j.call_id AND a.step = j.follows AND a.attempt IS NOT NULL
                LIMIT 1
            ) AS asked ON true
            LEFT JOIN LATERAL (
                -- A repeat that was never stored left its number free: steps are counted, not rows.
                SELECT a.step FROM ivr.answers AS a
                WHERE a.call_id = j.call_id AND a.step < j.number AND a.decision = 'menu' AND asked.attempt IS NULL
                  AND ivr.asks_menu(j.decision)
                ORDER BY a.step DESC
                LIMIT 1
            ) AS first_asked ON true
            WHERE j.result = 'stored'
        )
        SELECT array_agg(j.place) AS places, array_agg(j.result) AS results,
               array_agg(CASE j.result WHEN 'known' THEN j.known_response END) AS responses,
               array_agg(j.call_id) FILTER (WHERE j.result = 'stored' AND j.call_id IS NOT NULL) AS moved,
               array_agg(j.place) FILTER (WHERE j.result = 'stored') AS stored,
               (SELECT max(sent.turn) FROM sent) AS turns
        INTO done
        FROM judged AS j;
        RETURN QUERY SELECT * FROM unnest(done.places, done.results, done.responses);
        moved := moved || done.moved;
        IF EXISTS (SELECT FROM unnest(p_answers) AS a WHERE a ?| '{keep_language,callback}') THEN
            PERFORM ivr.keep_languages(array_agg(t.id), array_agg(a)), ivr.ask_callbacks(array_agg(t.id), array_agg(a))
            FROM unnest(p_places, p_call_ids, p_answers) AS t (place, id, a)
            WHERE t.place = ANY (done.stored);
        END IF;
        now_at := now_at + 1;
        EXIT WHEN now_at > coalesce(done.turns, 0);
    END LOOP;

    moved := ARRAY(SELECT DISTINCT id FROM unnest(moved) AS id);
    IF EXISTS (SELECT FROM unnest(p_answers) AS a WHERE a ->> 'how' = 'given') THEN
        -- What was asked may come to be known after what was answered.
        FOREACH id IN ARRAY moved LOOP
            UPDATE ivr.answers AS a
            SET asked_menu = asked.menu, asked_attempt = asked.attempt, asked_config_version = asked.config_version,
                asked_at = asked.answered_at
            FROM ivr.answers AS asked
            WHERE a.call_id = id AND a.asked_at IS NULL
              AND asked.call_id = id AND asked.step = a.asked_step AND asked.attempt IS NOT NULL;
        END LOOP;
    END IF;
    PERFORM ivr.refresh_calls(moved);
    IF EXISTS (SELECT FROM unnest(p_answers) AS a WHERE starts_with(a ->> 'menu', 'code:')) THEN
        PERFORM ivr.hide_codes(moved);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.judge_answers(integer[], text[], jsonb[], text[]) IS
    'ivr.store_answers() for the answers that do not simply follow the newest one of their call: says of each whether it is stored, known or moved, and stores it under the number that is free. The caller holds the locks of these calls.';
