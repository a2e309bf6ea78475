CREATE OR REPLACE FUNCTION ivr.replay_script(call_id text) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object(
        'call_id', c.call_id,
        'from', coalesce(
            c.from_number, (array_agg(a.from_number ORDER BY a.step) FILTER (WHERE a.from_number <> ''))[1]),
        'to', coalesce(
            c.to_number, (array_agg(a.to_number ORDER BY a.step) FILTER (WHERE a.to_number <> ''))[1]),
        'answers', coalesce(jsonb_agg(jsonb_build_object(
            'step', a.step, 'asked_step', a.asked_step, 'endpoint', a.endpoint, 'menu', a.menu, 'digits', a.digits,
            'response', a.response) ORDER BY a.step) FILTER (WHERE a.step IS NOT NULL), '[]'))
    FROM ivr.calls AS c LEFT JOIN ivr.answers AS a USING (call_id)
    WHERE c.call_id = replay_script.call_id
    GROUP BY c.call_id;
$$;
COMMENT ON FUNCTION ivr.replay_script(text) IS
    'What a simulator needs to play a stored call once more, as one JSON document: who called which number, each question that was asked in the order of its steps, the digits that were pressed, and the answer that was given. Null for an unknown call.';
