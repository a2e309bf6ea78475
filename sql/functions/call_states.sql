CREATE OR REPLACE FUNCTION ivr.call_states(
    p_places integer[], p_call_ids text[], p_asked_steps integer[], p_firsts boolean[], p_from_numbers text[])
RETURNS TABLE (
    place integer, response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text, is_open boolean, language text, caller_language text, from_number text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    -- Each LIMIT 1 keeps what it stands for apart: it is looked up for each request by its key, whatever the statistics
    -- say, and only where the conditions on the request hold.
    RETURN QUERY
    SELECT t.place, q.response, q.asked_step, q.next_step, asked.menu, so_far.no_inputs, so_far.invalids,
           pressed.digits, pressed.digest, call.to_number, call.application_id, nowhere.failed, so_far.menu_before, so_far.recorded,
           known.greeting, known.department,
           CASE WHEN known.department IS NULL THEN coalesce(known.menu, awaited.menu) END, known.blocked, known.message,
           call.is_open AND (asked.decision IS NULL OR ivr.asks_menu(asked.decision)),
           so_far.language, known.language, call.from_number
    FROM unnest(p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers) AS t (place, call_id, step, first, from_number)
    CROSS JOIN LATERAL ivr.question(t.call_id, t.step, t.first) AS q
    LEFT JOIN LATERAL (
        SELECT a.menu, a.decision
        FROM ivr.answers AS a
        WHERE a.call_id = t.call_id AND a.step = q.asked_step AND q.response IS NULL
        LIMIT 1
    ) AS asked ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(bool_or(a.response @> '{"actions": [{"start_recording": {}}]}'), false) AS recorded,
               (array_agg(a.language ORDER BY a.step DESC) FILTER (WHERE a.language IS NOT NULL))[1] AS language,
               CASE WHEN NOT t.first THEN count(*) FILTER (WHERE a.decision = 'no_input' AND a.menu = asked.menu)::integer END AS no_inputs,
               CASE WHEN NOT t.first THEN count(*) FILTER (WHERE a.decision = 'invalid' AND a.menu = asked.menu)::integer END AS invalids,
               CASE WHEN count(*) FILTER (WHERE a.decision = 'menu') > 1 THEN ivr.menu_before(t.call_id, q.asked_step) END AS menu_before
        FROM ivr.answers AS a
        WHERE a.call_id = t.call_id
    ) AS so_far ON q.response IS NULL
    LEFT JOIN LATERAL (
        SELECT c.to_number, c.application_id, c.call_id IS NOT NULL AND c.closed_at IS NULL AS is_open,
               coalesce(t.from_number, c.from_number) AS from_number
        FROM (SELECT) AS always
        LEFT JOIN ivr.calls AS c ON c.call_id = t.call_id
        WHERE q.response IS NULL
        LIMIT 1
    ) AS call ON true
    LEFT JOIN LATERAL ivr.failed_destinations(call.from_number) AS nowhere ON true
    LEFT JOIN LATERAL (
        SELECT c.* FROM ivr.callers AS c WHERE c.number = call.from_number AND t.first LIMIT 1
    ) AS known ON true
    LEFT JOIN LATERAL (
        -- Somebody who waits for a call, whoever of both calls now.
        SELECT d.callback_menu AS menu
        FROM ivr.callback_requests AS r JOIN ivr.departments AS d ON d.department = r.department
        WHERE t.first AND r.done_at IS NULL AND r.number IN (call.from_number, call.to_number) AND d.callback_menu IS NOT NULL
        ORDER BY r.asked_at
        LIMIT 1
    ) AS awaited ON true
    LEFT JOIN LATERAL (
        SELECT g.digits, g.digest
        FROM ivr.gathered(t.call_id, coalesce(q.asked_step, 0)) AS g
        WHERE q.response IS NULL AND NOT t.first
        LIMIT 1
    ) AS pressed ON true;
END;
$$;
COMMENT ON FUNCTION ivr.call_states(integer[], text[], integer[], boolean[], text[]) IS
    'What is known of calls when endpoints are asked about them, one row for each request. Arguments, one element for each: a number by which the caller knows it, the call, the step whose redirect is followed (null: the newest), whether the endpoint answer asks, and the caller''s number as told in the request. Returns that number and: response, the stored answer, when this very question has been answered before; then nothing else is told. Else the step that is followed and the number of the next answer; the menu that was asked there, how often each kind of repeat of it was given, the digits of its call.gathered (null when it is not stored yet, empty for none) and the menu before it; the called number and application; where the caller could not be connected a short time ago; whether the call is being recorded; the language in which it is spoken; the caller''s number; for the first question, what ivr.callers says of the caller, and the menu of who waits for a call; and is_open: the call is known and not closed, and the step that is followed asks a menu or is not stored: only then is a digit to be waited for. Locks nothing.';
