CREATE OR REPLACE FUNCTION ivr.unsubscribe(p_subscription bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    DELETE FROM ivr.subscription_secrets WHERE subscription = p_subscription;
    UPDATE ivr.subscriptions SET ended_at = clock_timestamp(), ended_because = 'unsubscribed'
    WHERE subscription = p_subscription AND ended_at IS NULL;
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION ivr.unsubscribe(bigint) IS
    'Ends a subscription: nothing more is told, its secrets go, what was told stays in ivr.notifications. Returns whether it was still going on. With all that was told: DELETE FROM ivr.subscriptions.';
