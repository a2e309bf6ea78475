CREATE OR REPLACE FUNCTION ivr.remove_test_calls(p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    removed bigint;
BEGIN
    removed := ivr.purge_calls(ARRAY(
        SELECT t.call_id
        FROM ivr.test_calls AS t
        WHERE t.begun_at < now() - interval '1 hour'
          AND EXISTS (SELECT FROM ivr.calls AS c WHERE c.call_id = t.call_id)
        LIMIT least(p_batch, 1000)));
    PERFORM ivr.remove_rejections('{}', ARRAY(SELECT unnest(digests) FROM ivr.test_calls WHERE begun_at < now() - interval '1 hour'));
    DELETE FROM ivr.test_calls AS t
    WHERE t.begun_at < now() - interval '30 days'
      AND NOT EXISTS (SELECT FROM ivr.calls AS c WHERE c.call_id = t.call_id);
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.remove_test_calls(integer) IS
    'Removes what calls of minivoice-check have left, an hour after they were marked, at most p_batch of them, and marks of 30 days ago. Returns how many calls; call it again while it returns any.';
