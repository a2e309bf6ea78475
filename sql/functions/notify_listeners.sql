CREATE OR REPLACE FUNCTION ivr.notify_listeners(p_on boolean) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    going_on bigint := (SELECT min(subscription) FROM ivr.subscriptions WHERE url = 'notify:ivr' AND ended_at IS NULL);
BEGIN
    IF p_on AND going_on IS NULL THEN
        PERFORM ivr.subscribe('notify:ivr', NULL, '{call.closed}');
    ELSIF NOT p_on THEN
        PERFORM ivr.unsubscribe(going_on);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.notify_listeners(boolean) IS
    'Whether minivoice-notify says NOTIFY ivr, ''<call_id>'' once for each call that has closed, for those who LISTEN ivr in this database; off by default. It is said where the log is read, not where it is written: a program that stores an event neither waits nor works for it.';
