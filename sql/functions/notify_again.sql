CREATE OR REPLACE FUNCTION ivr.notify_again(p_notice bigint) RETURNS text
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    word text := (SELECT CASE WHEN s.ended_at IS NOT NULL THEN 'the subscription has ended'
                              WHEN s.url = 'notify:ivr' THEN 'listeners are told once'
                              ELSE 'due' END
                  FROM ivr.notices AS n JOIN ivr.subscriptions AS s ON s.subscription = n.subscription
                  WHERE n.notice = p_notice);
BEGIN
    IF word = 'due' THEN
        UPDATE ivr.notices SET tries = 0, first_try_at = NULL, next_try_at = clock_timestamp(), done_at = NULL, outcome = NULL
        WHERE notice = p_notice;
    END IF;
    RETURN coalesce(word, 'there is no such notice');
END;
$$;
COMMENT ON FUNCTION ivr.notify_again(bigint) IS
    'Has one thing told once more, or now, or after it was given up: SELECT ivr.notify_again(notice) FROM ivr.notifications WHERE call_id = ''call_123''. It has the same webhook-id, and says what is known today. Returns due, or why not.';
