CREATE OR REPLACE FUNCTION ivr.mark_test_call(p_call_id text, p_bodies text[]) RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO ivr.test_calls (call_id, digests)
    SELECT p_call_id, array_agg(sha256(convert_to(body, 'UTF8'))) FROM unnest(p_bodies) AS body;
    SELECT true;
$$;
COMMENT ON FUNCTION ivr.mark_test_call(text, text[]) IS
    'The mark of ivr.begin_test_call(): the call, and what will be sent of it. Its own function, for the owner alone: where there are several databases, the mark is where the call is.';
