CREATE OR REPLACE FUNCTION ivr.store_answers(p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    locked text[] := ivr.try_lock_calls(p_call_ids);
    once   text[] := locked;  -- the calls that are there once
    stored text[];            -- those whose answer follows the newest one and is stored,
    facts  ivr.calls[];       -- and what it tells by itself
    tells_more boolean;       -- whether one asks for a code, or may tell a wish for later
BEGIN
    IF cardinality(p_places) > 1 AND cardinality(locked) < cardinality(p_places) THEN
        once := ARRAY(SELECT id FROM unnest(p_call_ids) AS id WHERE id = ANY (locked) GROUP BY id HAVING count(*) = 1);
    END IF;
    -- Mostly an answer follows the newest one of its call, or is the first. Whatever else holds, such as that it was
    -- given before or that its digit is used up, the unique keys tell.
    WITH stored AS (
        INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, menu, digits, digits_source, gathered_digest,
                                 waited_ms, decision, reason, department, destination, from_number, to_number,
                                 response, config_version, answered_at, took_ms,
                                 attempt, asked_menu, asked_attempt, asked_config_version, asked_at,
                                 signature, language)
        SELECT t.call_id, new.step, new.asked_step, new.endpoint, new.menu, a ->> 'digits', a ->> 'digits_source',
               (a ->> 'gathered_digest')::bytea, (a ->> 'waited_ms')::integer, new.decision, a ->> 'reason', a ->> 'department',
               a ->> 'destination', a ->> 'from_number', a ->> 'to_number', ivr.without_access_key(t.response)::jsonb, (a ->> 'config_version')::bigint,
               coalesce((a ->> 'answered_at')::timestamptz, clock_timestamp()), (a ->> 'took_ms')::real,
               CASE WHEN new.decision = 'menu' THEN 1 WHEN ivr.asks_menu(new.decision) THEN last.attempt + 1 END,
               last.menu, last.attempt, last.config_version, last.answered_at,
               a ->> 'signature', a ->> 'language'
        FROM unnest(p_call_ids, p_answers, p_responses) AS t (call_id, a, response)
        CROSS JOIN LATERAL (
            SELECT a ->> 'how' AS how, (a ->> 'step')::integer AS step, (a ->> 'asked_step')::integer AS asked_step,
                   a ->> 'endpoint' AS endpoint, a ->> 'menu' AS menu, a ->> 'decision' AS decision
            OFFSET 0
        ) AS new
        LEFT JOIN LATERAL (
            SELECT l.* FROM ivr.answers AS l WHERE l.call_id = t.call_id ORDER BY l.step DESC LIMIT 1
        ) AS last ON true
        WHERE t.call_id = ANY (once)
          AND new.step = coalesce(last.step, 0) + 1
          AND last.step IS NOT DISTINCT FROM new.asked_step
          AND CASE WHEN new.endpoint = 'answer' THEN
                  new.how <> 'assumed'
                  OR NOT EXISTS (SELECT FROM ivr.callers
                                 WHERE number = coalesce(a ->> 'from_number',
                                                         (SELECT from_number FROM ivr.calls WHERE calls.call_id = t.call_id)))
                     -- Mostly nobody waits, and then it is one look for all of them.
                     AND (NOT EXISTS (SELECT FROM ivr.callback_requests WHERE done_at IS NULL)
                          OR NOT EXISTS (SELECT FROM ivr.callback_requests AS r
                                         WHERE r.done_at IS NULL
                                           AND r.number = ANY (ARRAY[a ->> 'from_number', a ->> 'to_number']
                                                               || (SELECT ARRAY[from_number, to_number] FROM ivr.calls WHERE calls.call_id = t.call_id))))
              ELSE
                  last.attempt IS NOT NULL AND (new.how <> 'assumed' OR new.menu = last.menu)
              END
        ON CONFLICT DO NOTHING
        RETURNING call_id, decision, reason, menu, nullif(digits, '') AS digits, department, destination, from_number, to_number,
                  answered_at AS at, ivr.asks_menu(decision) AS asks,
                  language IS NOT NULL OR starts_with(menu, 'code:') OR starts_with(menu, 'callback_check:') AS more
    )
    SELECT array_agg(call_id), array_agg(ROW(
               call_id, NULL, NULL, NULL, from_number, to_number, NULL,
               CASE WHEN asks THEN 'menu:' || coalesce(menu, 'none')
                    WHEN decision = 'transfer' THEN 'transfer:' || coalesce(department, reason, 'none')
                    WHEN decision = 'message' THEN 'message:' || coalesce(menu, 'none')
                    ELSE 'fallback:' || coalesce(menu, 'none') END,
               menu, digits, department, destination,
               at, NULL, NULL, NULL,
               0, 0, 1, false, asks::integer, CASE WHEN asks THEN at END, CASE WHEN NOT asks THEN at END, NULL, at, NULL, NULL)::ivr.calls),
           bool_or(more)
    INTO stored, facts, tells_more
    FROM stored;
    IF stored IS NOT NULL THEN
        PERFORM ivr.move_calls(facts);
    END IF;
    IF tells_more THEN
        IF EXISTS (SELECT FROM unnest(p_answers) AS a WHERE starts_with(a ->> 'menu', 'code:')) THEN
            PERFORM ivr.hide_codes(stored);
        END IF;
        IF EXISTS (SELECT FROM unnest(p_answers) AS a WHERE a ?| '{keep_language,callback}') THEN
            PERFORM ivr.keep_languages(array_agg(t.call_id), array_agg(a)), ivr.ask_callbacks(array_agg(t.call_id), array_agg(a))
            FROM unnest(p_call_ids, p_answers) AS t (call_id, a)
            WHERE t.call_id = ANY (stored);
        END IF;
    END IF;
    IF cardinality(stored) = cardinality(p_places) THEN
        RETURN QUERY SELECT unnest(p_places), 'stored', NULL::text;
        RETURN;
    END IF;

    RETURN QUERY
    SELECT place, 'stored', NULL::text FROM unnest(p_places, p_call_ids) AS t (place, call_id) WHERE call_id = ANY (stored)
    UNION ALL
    SELECT judged.*
    FROM (SELECT array_agg(place) AS places, array_agg(call_id) AS ids, array_agg(answer) AS answers, array_agg(response) AS responses
          FROM unnest(p_places, p_call_ids, p_answers, p_responses) AS t (place, call_id, answer, response)
          WHERE call_id IS NULL OR call_id = ANY (locked) AND call_id <> ALL (coalesce(stored, '{}'))) AS rest
    CROSS JOIN LATERAL ivr.judge_answers(places, ids, answers, responses) AS judged
    WHERE places IS NOT NULL;
END;
$$;
COMMENT ON FUNCTION ivr.store_answers(integer[], text[], jsonb[], text[]) IS
    'Stores answers, any number of them and of any calls, and moves their calls. Arguments, one element for each answer: a number by which the caller knows it; the call (null: a request that told none); an object with what the columns of ivr.answers are called (step, asked_step, endpoint, menu, digits, digits_source, gathered_digest, waited_ms, decision, reason, department, destination, from_number, to_number, config_version, answered_at, took_ms, signature, language, spool_record; keep_language, a language to be kept for the caller''s next calls; callback, a number on which the department of the menu is to call back; what is not there is null) and how it was decided; and the JSON to be returned. How: looked, with what ivr.call_states() said; assumed, without looking, because the call should stand where the request says: nothing answered yet and nobody known who calls, or in this menu at the newest step; given, and heard by the caller already while the database was out of reach, so that it is recorded whatever else is there. Returns for each its number and stored; or known, with the answer to give, when this very question has been answered before; or moved when the call has moved on, the digit is used up or the assumption was wrong: look and decide anew. An answer without a row in the result was not stored: somebody else is writing to its call, try again. Fails with 22P02 where a response is no JSON.';
