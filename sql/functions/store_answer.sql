CREATE OR REPLACE FUNCTION ivr.store_answer(
    p_call_id text, p_step integer, p_asked_step integer, p_endpoint text, p_menu text,
    p_digits text, p_digits_source text, p_gathered_digest bytea, p_waited_ms integer,
    p_decision text, p_reason text, p_department text, p_destination text,
    p_from_number text, p_to_number text, p_response text, p_config_version bigint,
    p_answered_at timestamptz, p_took_ms real, p_given boolean)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    state  record;
    number integer := p_step;
    asked  integer := p_asked_step;
    used   bytea := p_gathered_digest;
BEGIN
    IF p_call_id IS NOT NULL THEN
        PERFORM ivr.lock_call(p_call_id);
        SELECT * INTO state FROM ivr.question(p_call_id, p_asked_step, p_endpoint = 'answer');
        IF NOT p_given THEN
            IF state.response IS NOT NULL THEN
                RETURN state.response;
            END IF;
            IF state.next_step <> p_step
               OR EXISTS (SELECT FROM ivr.answers AS a
                          WHERE a.call_id = p_call_id AND a.gathered_digest = p_gathered_digest) THEN
                RETURN NULL;
            END IF;
        ELSE
            -- The caller has heard it already, from a program that could not ask: record it as it was, unless
            -- the database took it after all when the program had stopped waiting.
            IF EXISTS (SELECT FROM ivr.answers AS a
                       WHERE a.call_id = p_call_id AND (a.step = p_step OR a.answered_at = p_answered_at)
                         AND a.endpoint = p_endpoint AND a.response = p_response::jsonb) THEN
                RETURN p_response;
            END IF;
            -- Under its own number where that is free: two programs may catch up in any order.
            SELECT CASE WHEN bool_or(a.step = p_step) THEN greatest(p_step, state.next_step) ELSE p_step END,
                   CASE WHEN bool_or(a.asked_step = p_asked_step) THEN NULL ELSE p_asked_step END,
                   CASE WHEN bool_or(a.gathered_digest = p_gathered_digest) THEN NULL ELSE p_gathered_digest END
            INTO number, asked, used
            FROM ivr.answers AS a
            WHERE a.call_id = p_call_id;
        END IF;
    END IF;
    INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, menu, digits, digits_source, gathered_digest,
                             waited_ms, decision, reason, department, destination, from_number, to_number,
                             response, config_version, answered_at, took_ms)
    VALUES (p_call_id, number, asked, p_endpoint, p_menu, p_digits, p_digits_source, used,
            p_waited_ms, p_decision, p_reason, p_department, p_destination, p_from_number, p_to_number,
            p_response::jsonb, p_config_version, coalesce(p_answered_at, clock_timestamp()), p_took_ms);
    IF p_call_id IS NOT NULL THEN
        PERFORM ivr.refresh_call(p_call_id);
    END IF;
    RETURN p_response;
END;
$$;
COMMENT ON FUNCTION ivr.store_answer(text, integer, integer, text, text, text, text, bytea, integer, text, text, text,
                                     text, text, text, text, bigint, timestamptz, real, boolean) IS
    'Stores one answer and moves its call. Returns the answer to give: this one, or the one stored before when the same question has been answered meanwhile. Null: the call has moved on or the digit is used up, so ask ivr.call_state() again and decide anew. With p_given the caller has heard it already (the database was out of reach): it is recorded whatever else is there.';
