CREATE OR REPLACE FUNCTION ivr.closing_word(event text, status text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN event = 'call.completed' THEN 'completed'
    WHEN event = 'call.failed' THEN 'failed'
    WHEN event IN ('call.canceled', 'call.cancelled') THEN 'canceled'
    WHEN event = 'ivr.inferred' THEN 'unknown'
    WHEN event IN ('call.created', 'call.answered', 'call.gathered') OR event NOT LIKE 'call.%' AND event <> 'ivr.reported' THEN NULL
    WHEN status = 'completed' THEN 'completed'
    WHEN status IN ('failed', 'busy', 'no_answer', 'no-answer', 'rejected') THEN 'failed'
    WHEN status IN ('canceled', 'cancelled') THEN 'canceled'
END;
COMMENT ON FUNCTION ivr.closing_word(text, text) IS
    'completed, failed or canceled when this event ends its call, unknown when its end was inferred, else null. The event name decides; call.status only for call.* events that the documentation does not name (PLATFORM U15), and for what the platform said when it was asked (ivr.reported). Events of recordings never close a call.';
