CREATE OR REPLACE FUNCTION ivr.due_notices(p_busy bigint[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp SET TimeZone = 'UTC'
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    stamp  text := floor(extract(epoch FROM clock_timestamp()))::bigint::text;
    chosen bigint[];
    told   jsonb;
    gone   bigint[];
BEGIN
    IF NOT ivr.is_notifier() THEN
        RETURN NULL;
    END IF;
    chosen := ARRAY(
        SELECT n.notice
        FROM ivr.subscriptions AS s
        CROSS JOIN LATERAL (SELECT count(*) AS busy FROM ivr.notices WHERE notice = ANY (p_busy) AND subscription = s.subscription) AS b
        CROSS JOIN LATERAL (
            SELECT w.notice FROM ivr.notices AS w
            WHERE w.subscription = s.subscription AND w.done_at IS NULL AND w.next_try_at <= clock_timestamp() AND w.notice <> ALL (p_busy)
              -- The first in its line. Looked at one by one, for as long as there is room: not joined.
              AND w.notice = (SELECT min(before.notice) FROM ivr.notices AS before
                              WHERE before.subscription = w.subscription AND coalesce(before.of_call, before.kind) = coalesce(w.of_call, w.kind)
                                AND before.done_at IS NULL)
            ORDER BY w.next_try_at, w.notice
            -- One that has failed several times on end is only tried whether it is there again.
            LIMIT greatest(0, CASE WHEN s.failures >= 5 THEN 1 ELSE 8 END - b.busy)) AS n
        WHERE s.ended_at IS NULL AND s.not_before <= clock_timestamp());
    WITH made AS (
        SELECT n.notice, n.message_id, s.subscription, s.url,
               (SELECT jsonb_build_object('type', n.kind, 'timestamp', d.at, 'data', d.data)::text
                FROM ivr.due_of_kind(n.kind, NULL, NULL, n.subject, s.numbers_in_plain) AS d LIMIT 1) AS body
        FROM ivr.notices AS n
        JOIN ivr.subscriptions AS s ON s.subscription = n.subscription
        WHERE n.notice = ANY (chosen)
    )
    SELECT jsonb_agg(jsonb_build_object(
               'notice', notice, 'url', url, 'id', message_id, 'timestamp', stamp, 'body', body,
               'signature', (SELECT string_agg('v1,' || encode(ivr.hmac_sha256(secret, convert_to(concat_ws('.', message_id, stamp, body), 'UTF8')), 'base64'), ' ' ORDER BY nth DESC)
                             FROM ivr.subscription_secrets AS k WHERE k.subscription = made.subscription AND valid_until > clock_timestamp()))
               ORDER BY notice) FILTER (WHERE body IS NOT NULL),
           array_agg(notice) FILTER (WHERE body IS NULL)
    INTO told, gone
    FROM made;
    UPDATE ivr.notices SET done_at = clock_timestamp(), outcome = 'gone' WHERE notice = ANY (gone);
    RETURN coalesce(told, '[]');
END;
$$;
COMMENT ON FUNCTION ivr.due_notices(bigint[]) IS
    'What is to be told now, beside these notices that are being told: for each its number, URL, webhook-id, timestamp, body and signatures (Standard Webhooks, one for each valid secret); the secrets stay here. The body is made from the logs as they are now; what is no longer there is done with. Of one subscription at most 8 at once, of one call one; one whose receiver has failed five times on end has a single try. Null while another session that has asked is still connected.';
